using Cofferdam.Spec;

namespace RunUntrusted;

/// <summary>What the untrusted program gets: next to nothing. Written in code; a config.json says the same.</summary>
internal static class Sandbox
{
    private const uint Nobody = 65534;
    private const long Megabyte = 1 << 20;

    // Doors into the kernel that an ordinary program never opens.
    private static readonly string[] _refusedCalls =
    [
        "add_key", "bpf", "clone3", "fsopen", "init_module", "finit_module", "io_uring_setup", "kexec_load", "keyctl", "mount", "move_mount",
        "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root", "process_vm_readv", "process_vm_writev", "ptrace", "request_key",
        "setns", "umount2", "unshare", "userfaultfd",
    ];

    /// <summary>The configuration for one run of a command.</summary>
    public static RuntimeSpec Describe(string rootfs, IReadOnlyList<string> command) => new()
    {
        OciVersion = "1.3.0",
        Hostname = "sandbox",
        Root = new Root { Path = rootfs, Readonly = true },
        Process = new Process
        {
            Args = command,
            Cwd = "/tmp",
            Env = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/tmp"],
            User = new User { Uid = Nobody, Gid = Nobody },
            // No capability at all, and none to be had from a setuid program.
            Capabilities = new ProcessCapabilities(),
            NoNewPrivileges = true,
            Rlimits = [new PosixRlimit { Type = RlimitType.Nofile, Soft = 64, Hard = 64 }],
        },
        Mounts =
        [
            new Mount { Destination = "/proc", Type = "proc", Source = "proc", Options = ["nosuid", "noexec", "nodev"] },
            new Mount { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "noexec", "mode=755", "size=64k"] },
            new Mount { Destination = "/tmp", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "nodev", "mode=1777", "size=16m"] },
        ],
        Linux = new LinuxConfig
        {
            // A network namespace with nothing in it but lo: no network.
            Namespaces =
            [
                new LinuxNamespace { Type = NamespaceType.Pid },
                new LinuxNamespace { Type = NamespaceType.Network },
                new LinuxNamespace { Type = NamespaceType.Mount },
                new LinuxNamespace { Type = NamespaceType.Ipc },
                new LinuxNamespace { Type = NamespaceType.Uts },
            ],
            Resources = new LinuxResources
            {
                Memory = new MemoryResources { Limit = 64 * Megabyte, Swap = 64 * Megabyte },
                Cpu = new CpuResources { Period = 100_000, Quota = 50_000 },
                Pids = new PidsResources { Limit = 32 },
            },
            Seccomp = new Seccomp
            {
                DefaultAction = SeccompAction.Allow,
                Architectures = [SeccompArchitecture.X86_64, SeccompArchitecture.X86, SeccompArchitecture.X32],
                Syscalls = [new SeccompSyscall { Names = _refusedCalls, Action = SeccompAction.Errno, ErrnoRet = 38 }],
            },
            MaskedPaths = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/proc/acpi"],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };
}
