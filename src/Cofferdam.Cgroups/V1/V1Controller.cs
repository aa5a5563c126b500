using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>One v1 controller: what it takes from linux.resources, and how it is written.</summary>
internal abstract class V1Controller
{
    /// <summary>As in /proc/cgroups.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The first JSON field that cannot be honoured without this controller, or null. Values that ask for what is so anyway
    /// (no limit, 0 where that means unset) need nothing.
    /// </summary>
    public virtual string? NeededBy(LinuxResources resources) => null;

    /// <summary>Throws for values that are wrong on every host. Runs for all controllers before anything is touched.</summary>
    public virtual void Validate(LinuxResources resources)
    {
    }

    /// <summary>Writes what must be there before a process may join. The directory is new.</summary>
    public virtual void Prepare(V1Directory directory, LinuxResources? resources)
    {
    }

    /// <summary>Writes what the configuration asks for, and no other file.</summary>
    public virtual void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
    }
}
