using Cofferdam.Spec;

namespace Cofferdam.Runtime.Output;

/// <summary>The document of <c>features</c>: what this program does, whatever the host has.</summary>
internal static class Features
{
    internal static FeaturesDocument Document() => new()
    {
        OciVersionMin = "1.0.0",
        OciVersionMax = VersionText.SpecVersion,
        Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
        MountOptions = MountOptions.Known,
        Linux = new LinuxFeatures
        {
            Namespaces = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"],
            Capabilities = CapabilityNames.All,
            Cgroup = new CgroupFeatures { V1 = true, V2 = false, Systemd = true, SystemdUser = true, Rdma = true },
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
            ["dev.cofferdam.commit"] = BuildInfo.Commit,
            ["dev.cofferdam.version"] = VersionText.Version,
        },
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
        KnownFlags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
        SupportedFlags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
    };

    private static List<string> ArchitectureNames()
    {
        List<string> names = [];
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>()) names.Add(SeccompNames.Name(architecture));
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
