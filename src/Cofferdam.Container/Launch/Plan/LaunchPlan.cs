namespace Cofferdam.Containers.Launch.Plan;

/// <summary>The compiled form of a configuration: everything that init will do, in order. Made by pure code.</summary>
public sealed record LaunchPlan
{
    /// <summary>CLONE_NEW* flags of the process that becomes init. Namespaces that need preparation are made by steps.</summary>
    public required long CloneFlags { get; init; }

    public required IReadOnlyList<LaunchStep> Steps { get; init; }

    /// <summary>argv of the container's program.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment. HOME is added by the step that looks it up.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Init looks up HOME and needs a slot in the environment.</summary>
    public bool FindsHome { get; init; }

    /// <summary>The process that the parent cloned forks once more; what goes on is its child.</summary>
    public bool Forks { get; init; }

    /// <summary>The parent sets process.rlimits once init is ready.</summary>
    public bool ParentSetsLimits { get; init; }

    /// <summary>How many descriptors from 3 on the program inherits.</summary>
    public int PreserveFds { get; init; }

    /// <summary>Hooks run inside, whose output the parent wants for its messages.</summary>
    public bool HasHooks { get; init; }
}
