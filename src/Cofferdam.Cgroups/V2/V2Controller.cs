using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>One v2 controller: what it takes from linux.resources, and how it is written.</summary>
internal abstract class V2Controller
{
    /// <summary>As in cgroup.controllers.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The first JSON field that cannot be honoured without this controller, or null. Values that ask for what is so anyway
    /// (no limit, 0 where that means unset) need nothing.
    /// </summary>
    public abstract string? NeededBy(LinuxResources resources);

    /// <summary>Throws for values that are wrong on every host. Runs for all controllers before anything is touched.</summary>
    public virtual void Validate(LinuxResources resources)
    {
    }

    /// <summary>Adds a line for each field that has no meaning on cgroup v2.</summary>
    public virtual void Warn(LinuxResources resources, V2Change change)
    {
    }

    /// <summary>Writes what the configuration asks for, and no other file. The cgroup has the controller.</summary>
    public abstract void Apply(V2Directory directory, LinuxResources resources, V2Change change);
}
