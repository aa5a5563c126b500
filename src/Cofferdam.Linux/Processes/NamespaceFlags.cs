namespace Cofferdam.Linux;

/// <summary>The CLONE_NEW* flags of clone(2), unshare(2) and setns(2).</summary>
[Flags]
public enum NamespaceFlags
{
    None = 0,

    /// <summary>CLONE_NEWTIME, Linux 5.6.</summary>
    Time = 0x80,

    /// <summary>CLONE_NEWNS.</summary>
    Mount = 0x20000,

    /// <summary>CLONE_NEWCGROUP, Linux 4.6.</summary>
    Cgroup = 0x2000000,

    /// <summary>CLONE_NEWUTS.</summary>
    Uts = 0x4000000,

    /// <summary>CLONE_NEWIPC.</summary>
    Ipc = 0x8000000,

    /// <summary>CLONE_NEWUSER.</summary>
    User = 0x10000000,

    /// <summary>CLONE_NEWPID.</summary>
    Pid = 0x20000000,

    /// <summary>CLONE_NEWNET.</summary>
    Network = 0x40000000,
}
