namespace Cofferdam.Spec;

/// <summary>The kinds of namespaces.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, section Namespaces; namespaces(7).</remarks>
public enum NamespaceType
{
    /// <summary><c>pid</c>: CLONE_NEWPID.</summary>
    Pid,

    /// <summary><c>network</c>: CLONE_NEWNET.</summary>
    Network,

    /// <summary><c>mount</c>: CLONE_NEWNS.</summary>
    Mount,

    /// <summary><c>ipc</c>: CLONE_NEWIPC.</summary>
    Ipc,

    /// <summary><c>uts</c>: CLONE_NEWUTS.</summary>
    Uts,

    /// <summary><c>user</c>: CLONE_NEWUSER.</summary>
    User,

    /// <summary><c>cgroup</c>: CLONE_NEWCGROUP, Linux 4.6.</summary>
    Cgroup,

    /// <summary><c>time</c>: CLONE_NEWTIME, Linux 5.6.</summary>
    Time,
}
