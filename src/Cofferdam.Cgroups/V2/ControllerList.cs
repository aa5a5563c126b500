namespace Cofferdam.Cgroups.V2;

/// <summary>Names of controllers, as cgroup.controllers and cgroup.subtree_control print them.</summary>
internal sealed class ControllerList
{
    private readonly string[] _names;

    private ControllerList(string[] names) => _names = names;

    // Those that also work between the threads of a process (cgroup-v2.rst, "Threads").
    private static string[] Threaded => ["cpu", "cpuset", "perf_event", "pids"];

    public bool IsEmpty => _names.Length == 0;

    /// <summary>Whether one of them works between processes only.</summary>
    public bool HasDomainController => Array.Exists(_names, static name => !IsThreaded(name));

    public static ControllerList Parse(string? text) => new((text ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    public static ControllerList ReadAvailable(V2Directory directory) => Parse(directory.TryRead("cgroup.controllers"));

    public static ControllerList ReadEnabled(V2Directory directory) => Parse(directory.TryRead("cgroup.subtree_control"));

    public static bool IsThreaded(string name) => Array.IndexOf(Threaded, name) >= 0;

    public bool Has(string name) => Array.IndexOf(_names, name) >= 0;

    public bool HasAll(ControllerList others) => Array.TrueForAll(others._names, Has);

    /// <summary>Those of <paramref name="available"/> that are here, and not in <paramref name="enabled"/>.</summary>
    public string[] Missing(ControllerList available, ControllerList enabled) =>
        Array.FindAll(_names, name => available.Has(name) && !enabled.Has(name));

    public override string ToString() => string.Join(' ', _names);
}
