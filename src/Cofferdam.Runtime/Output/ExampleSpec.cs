using Cofferdam.Spec;

namespace Cofferdam.Runtime.Output;

/// <summary>The configuration that <c>spec</c> writes: a shell with few privileges, as runc's users know it.</summary>
internal static class ExampleSpec
{
    private static IReadOnlyList<string> Capabilities => ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    internal static RuntimeSpec ForRoot() => new()
    {
        OciVersion = VersionText.SpecVersion,
        Process = Process(),
        Root = new Root { Path = "rootfs", Readonly = true },
        Hostname = "coffer",
        Mounts =
        [
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new LinuxConfig
        {
            Resources = new LinuxResources { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            Namespaces = Namespaces(NamespaceType.Pid, NamespaceType.Network, NamespaceType.Ipc, NamespaceType.Uts, NamespaceType.Mount),
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    /// <summary>
    /// The same for an ordinary user: one id is mapped, the host's network stays, and what such a user cannot do (mount
    /// sysfs of a network namespace that is not his, groups beyond his own, limits) is left out.
    /// </summary>
    internal static RuntimeSpec Rootless(uint uid, uint gid)
    {
        RuntimeSpec spec = ForRoot();
        List<Mount> mounts = [];
        foreach (Mount mount in spec.Mounts)
        {
            mounts.Add(mount.Destination switch
            {
                "/dev/pts" => Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
                "/sys" => Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
                _ => mount,
            });
        }
        return spec with
        {
            Mounts = mounts,
            Linux = spec.Linux! with
            {
                Resources = null,
                UidMappings = [new IdMapping { ContainerId = 0, HostId = uid, Size = 1 }],
                GidMappings = [new IdMapping { ContainerId = 0, HostId = gid, Size = 1 }],
                Namespaces = Namespaces(NamespaceType.Pid, NamespaceType.Ipc, NamespaceType.Uts, NamespaceType.Mount, NamespaceType.Cgroup, NamespaceType.User),
            },
        };
    }

    private static Process Process() => new()
    {
        Terminal = true,
        User = new User(),
        Args = ["sh"],
        Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        Cwd = "/",
        Capabilities = new ProcessCapabilities { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
        Rlimits = [new PosixRlimit { Type = RlimitType.Nofile, Hard = 1024, Soft = 1024 }],
        NoNewPrivileges = true,
    };

    private static Mount Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static List<LinuxNamespace> Namespaces(params NamespaceType[] types)
    {
        List<LinuxNamespace> namespaces = [];
        foreach (NamespaceType type in types) namespaces.Add(new LinuxNamespace { Type = type });
        return namespaces;
    }
}
