using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>Which fields of linux.resources need which controller.</summary>
internal static class ControllerNeeds
{
    private const string Prefix = "linux.resources.";

    public static List<(string Field, string Controller)> Of(LinuxResources? resources, bool isUnified)
    {
        List<(string, string)> needs = [];
        if (resources is null) return needs;
        if (resources.Memory is { } memory && (memory.Limit ?? memory.Swap ?? memory.Reservation) is not null) needs.Add((Prefix + "memory", "memory"));
        if (resources.Cpu is { } cpu)
        {
            if (cpu.Shares is > 0 || cpu.Quota is not null || cpu.Period is > 0 || cpu.Idle is not null) needs.Add((Prefix + "cpu", "cpu"));
            if (!string.IsNullOrEmpty(cpu.Cpus)) needs.Add((Prefix + "cpu.cpus", "cpuset"));
            if (!string.IsNullOrEmpty(cpu.Mems)) needs.Add((Prefix + "cpu.mems", "cpuset"));
        }
        if (resources.Pids?.Limit is not null) needs.Add((Prefix + "pids.limit", "pids"));
        if (resources.BlockIo is not null) needs.Add((Prefix + "blockIO", isUnified ? "io" : "blkio"));
        if (resources.HugepageLimits.Count > 0) needs.Add((Prefix + "hugepageLimits", "hugetlb"));
        if (resources.Rdma.Count > 0) needs.Add((Prefix + "rdma", "rdma"));
        if (!isUnified)
        {
            if (resources.Network?.ClassId is > 0) needs.Add((Prefix + "network.classID", "net_cls"));
            if (resources.Network?.Priorities.Count > 0) needs.Add((Prefix + "network.priorities", "net_prio"));
            return needs;
        }
        foreach ((string file, _) in resources.Unified)
        {
            int dot = file.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && file[..dot] != "cgroup") needs.Add(($"{Prefix}unified['{file}']", file[..dot]));
        }
        return needs;
    }
}
