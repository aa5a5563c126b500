namespace Cofferdam.Spec;

/// <summary>The configuration that <c>spec</c> writes: a shell in its own namespaces, as runc's is.</summary>
public static class DefaultSpec
{
    /// <summary>The version of the specification that this library follows.</summary>
    public const string OciVersion = "1.3.0";

    /// <summary>A configuration to begin with.</summary>
    /// <param name="cgroupNamespace">Whether to add a cgroup namespace; runc does on hosts with cgroup v2.</param>
    public static RuntimeSpec Create(bool cgroupNamespace = false)
    {
        IReadOnlyList<string> capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
        return new RuntimeSpec
        {
            OciVersion = OciVersion,
            Process = new Process
            {
                Terminal = true,
                Args = ["sh"],
                Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
                Cwd = "/",
                Capabilities = new ProcessCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities },
                Rlimits = [new PosixRlimit { Type = RlimitType.Nofile, Hard = 1024, Soft = 1024 }],
                NoNewPrivileges = true,
            },
            Root = new Root { Path = "rootfs", Readonly = true },
            Hostname = "coffer",
            Mounts = Mounts(),
            Linux = Linux(cgroupNamespace),
        };
    }

    /// <summary>
    /// Makes a configuration usable by an ordinary user: root in a new user namespace is that user, the network is the
    /// host's, and there are no resources.
    /// </summary>
    public static RuntimeSpec ToRootless(RuntimeSpec spec, uint uid, uint gid)
    {
        var namespaces = new List<LinuxNamespace>();
        foreach (LinuxNamespace ns in spec.Linux.Namespaces)
        {
            if (ns.Type is not (NamespaceType.Network or NamespaceType.User)) namespaces.Add(ns);
        }
        namespaces.Add(new LinuxNamespace { Type = NamespaceType.User });
        var mounts = new List<Mount>();
        foreach (Mount mount in spec.Mounts) mounts.Add(ToRootless(mount));
        return spec with
        {
            Mounts = mounts,
            Linux = spec.Linux with
            {
                Namespaces = namespaces,
                UidMappings = [new IdMapping { ContainerId = 0, HostId = uid, Size = 1 }],
                GidMappings = [new IdMapping { ContainerId = 0, HostId = gid, Size = 1 }],
                Resources = null,
            },
        };
    }

    private static Mount ToRootless(Mount mount)
    {
        // A new sysfs shows the network of its namespace, and only the owner of that may mount it.
        if (mount.Destination.TrimEnd('/') == "/sys")
            return new Mount { Destination = "/sys", Type = "none", Source = "/sys", Options = ["rbind", "nosuid", "noexec", "nodev", "ro"] };
        var options = new List<string>();
        foreach (string option in mount.Options)
        {
            // Only one id is mapped, so none but 0 can be named.
            bool names = option.StartsWith("uid=", StringComparison.Ordinal) || option.StartsWith("gid=", StringComparison.Ordinal);
            if (!names) options.Add(option);
        }
        return mount with { Options = options };
    }

    private static IReadOnlyList<Mount> Mounts() =>
    [
        new() { Destination = "/proc", Type = "proc", Source = "proc" },
        new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
        new()
        {
            Destination = "/dev/pts",
            Type = "devpts",
            Source = "devpts",
            Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
        },
        new() { Destination = "/dev/shm", Type = "tmpfs", Source = "shm", Options = ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
        new() { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
        new() { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", "ro"] },
        new() { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = ["nosuid", "noexec", "nodev", "relatime", "ro"] },
    ];

    private static LinuxConfig Linux(bool cgroupNamespace)
    {
        List<LinuxNamespace> namespaces =
        [
            new() { Type = NamespaceType.Pid },
            new() { Type = NamespaceType.Network },
            new() { Type = NamespaceType.Ipc },
            new() { Type = NamespaceType.Uts },
            new() { Type = NamespaceType.Mount },
        ];
        if (cgroupNamespace) namespaces.Add(new LinuxNamespace { Type = NamespaceType.Cgroup });
        return new LinuxConfig
        {
            Resources = new LinuxResources { Devices = [new DeviceRule { Allow = false, Access = "rwm" }] },
            Namespaces = namespaces,
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi", "/sys/devices/virtual/tpm",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        };
    }
}
