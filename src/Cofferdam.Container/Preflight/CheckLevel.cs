namespace Cofferdam.Containers.Preflight;

/// <summary>What a finding of <see cref="BundleCheck"/> means for a launch.</summary>
public enum CheckLevel
{
    /// <summary>Nothing stands in the way.</summary>
    Ok,

    /// <summary>The container will run, but not quite as the configuration says, or not on every try.</summary>
    Warning,

    /// <summary>The container will not run.</summary>
    Failure,
}
