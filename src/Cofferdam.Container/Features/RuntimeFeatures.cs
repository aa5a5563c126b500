using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>
/// What this runtime does, whatever the host has (runtime-spec features.md); only the supported seccomp flags ask the kernel.
/// </summary>
public static class RuntimeFeatures
{
    /// <summary>The document, for a program of this version and commit.</summary>
    public static FeaturesDocument Document(string version, string commit) => new()
    {
        OciVersionMin = "1.0.0",
        OciVersionMax = DefaultSpec.OciVersion,
        Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        MountOptions = MountOptions.Known,
        Linux = new LinuxFeatures
        {
            Namespaces = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"],
            Capabilities = CapabilityNames.All,
            Cgroup = new CgroupFeatures { V1 = true, V2 = true, Systemd = true, SystemdUser = true, Rdma = true },
            Seccomp = Seccomp(),
            ApparmorEnabled = true,
            SelinuxEnabled = true,
            IntelRdt = new IntelRdtFeatures { Enabled = true, Schemata = true, Monitoring = true },
            MemoryPolicy = new MemoryPolicyFeatures
            {
                Modes = ["MPOL_BIND", "MPOL_DEFAULT", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"],
                Flags = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"],
            },
            IdmapEnabled = true,
            NetDevicesEnabled = true,
        },
        Annotations = new Dictionary<string, string>
        {
            ["dev.cofferdam.commit"] = commit,
            ["dev.cofferdam.version"] = version,
            // Who migrates containers looks for runc's name of it, which crun gives too.
            ["org.opencontainers.runc.checkpoint.enabled"] = "true",
        },
        PotentiallyUnsafeConfigAnnotations = ["org.criu.config", "org.systemd.property.", "run.oci.mount_context_type"],
    };

    private static SeccompFeatures Seccomp() => new()
    {
        Enabled = true,
        Actions =
        [
            "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
        ],
        Operators =
        [
            "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE",
        ],
        Archs = ArchitectureNames(),
        KnownFlags = SeccompNames.Flags,
        SupportedFlags = [.. SeccompNames.Flags.Where(static name => KernelFeatures.KnowsFilterFlags(Bits(name)))],
    };

    /// <summary>SECCOMP_FILTER_FLAG_* (seccomp(2)); the last is refused without a listener.</summary>
    private static uint Bits(string name) => name switch
    {
        "SECCOMP_FILTER_FLAG_TSYNC" => 1,
        "SECCOMP_FILTER_FLAG_LOG" => 1 << 1,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 1 << 2,
        _ => 1 << 5 | 1 << 3,
    };

    private static List<string> ArchitectureNames()
    {
        List<string> names = [];
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>()) names.Add(SeccompNames.Name(architecture));
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
