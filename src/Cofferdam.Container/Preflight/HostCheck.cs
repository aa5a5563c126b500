namespace Cofferdam.Containers.Preflight;

/// <summary>One question about a launch. It tells the context what it finds wrong.</summary>
internal abstract class HostCheck
{
    /// <summary>The heading of its findings.</summary>
    public abstract string Subject { get; }

    /// <summary>Looks; returns what to say when nothing was found wrong, or null when the bundle does not raise the question.</summary>
    public abstract string? Examine(CheckContext context);
}
