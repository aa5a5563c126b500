using Cofferdam.Cgroups;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>How to create a container.</summary>
public sealed record CreateOptions
{
    /// <summary>The bundle directory. Relative paths in the configuration start here.</summary>
    public required string Bundle { get; init; }

    /// <summary>The configuration's file name, relative to the bundle or absolute.</summary>
    public string ConfigFile { get; init; } = "config.json";

    /// <summary>The configuration itself, instead of a file.</summary>
    public RuntimeSpec? Spec { get; init; }

    /// <summary>A unix socket that receives the master side of the terminal (unix(7), SCM_RIGHTS).</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>A unix socket that receives a pidfd of init.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>A file that gets init's pid, in decimal without a newline, once the container is created.</summary>
    public string? PidFile { get; init; }

    /// <summary>Enter the root by MS_MOVE and chroot: pivot_root(2) cannot leave an initramfs.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Share the caller's session keyring with the container instead of making one.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>How many descriptors from 3 on the container's program keeps, after those of LISTEN_FDS.</summary>
    public int PreserveFds { get; init; }

    /// <summary>Descriptors 0 to 2 of the program; null gives it the caller's.</summary>
    public StandardIo? Io { get; init; }

    /// <summary>Who makes the cgroup. With systemd, cgroupsPath is <c>slice:prefix:name</c>.</summary>
    public CgroupManagerKind CgroupManager { get; init; }

    /// <summary>Whether refusals of the cgroup file system are put up with.</summary>
    public RootlessMode Rootless { get; init; }

    /// <summary>
    /// The host's sd_notify(3) socket (NOTIFY_SOCKET). The container gets one of its own, whose first READY is passed on
    /// by start.
    /// </summary>
    public string? NotifySocket { get; init; }

    /// <summary>Socket-activation descriptors (sd_listen_fds(3)) that the program gets from 3 on.</summary>
    public int ListenFds { get; init; }

    /// <summary>
    /// The caller will not wait for the container. A terminal then needs a console socket, since nobody would hold its
    /// master side.
    /// </summary>
    public bool Detached { get; init; }

    /// <summary>Gets a line for each part of the configuration that was ignored.</summary>
    public ICollection<string>? Warnings { get; init; }

    /// <summary>
    /// Gets a line for each thing that was passed over without harm, for whoever looks for a cause: system calls of the
    /// seccomp profile that this version does not know.
    /// </summary>
    public ICollection<string>? Notes { get; init; }

    /// <summary>Gets the phases of the launch.</summary>
    public LaunchTimings? Timings { get; init; }

    /// <summary>Where resctrl is mounted, for tests; null looks for it.</summary>
    internal string? ResctrlRoot { get; init; }
}
