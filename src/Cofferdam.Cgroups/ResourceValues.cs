using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>Checks of linux.resources that are the same on cgroup v1 and v2.</summary>
internal static class ResourceValues
{
    private const ulong MaxSwappiness = 100;

    /// <summary>A number of bytes, or -1 for no limit.</summary>
    public static void CheckBytes(long? value, string field)
    {
        if (value is < -1) throw CgroupErrors.Invalid(field, $"{value} is neither a number of bytes nor -1");
    }

    /// <summary>
    /// memory.swappiness, or null. Callers that know no "unset" write -1, which the unsigned field shows as the largest
    /// number; runc takes it so too.
    /// </summary>
    public static ulong? Swappiness(MemoryResources memory) => memory.Swappiness == ulong.MaxValue ? null : memory.Swappiness;

    public static void CheckSwappiness(MemoryResources memory, string field)
    {
        if (Swappiness(memory) is > MaxSwappiness) throw CgroupErrors.Invalid(field, $"{memory.Swappiness} is not in 0 to {MaxSwappiness}");
    }

    /// <summary>A list of CPUs or memory nodes. The kernel's format also has strides, "0-31:2/8".</summary>
    public static void CheckList(string? list, string field)
    {
        foreach (char c in list ?? "")
        {
            if (!char.IsAsciiDigit(c) && c is not ('-' or ',' or ':' or '/' or ' ')) throw CgroupErrors.Invalid(field, $"'{list}' is not a list such as '0-2,7'");
        }
    }

    public static void CheckCpuTime(CpuResources cpu, string field)
    {
        if (cpu.Quota is < -1) throw CgroupErrors.Invalid(field + ".quota", $"{cpu.Quota} is neither a time nor -1");
        if (cpu.Idle is not (null or 0 or 1)) throw CgroupErrors.Invalid(field + ".idle", $"{cpu.Idle} is neither 0 nor 1");
    }

    public static void CheckHugepages(IReadOnlyList<HugepageLimit> limits, string field)
    {
        for (int i = 0; i < limits.Count; i++)
        {
            string size = limits[i].PageSize;
            if (!IsPageSize(size)) throw CgroupErrors.Invalid($"{field}[{i}].pageSize", $"'{size}' is not a size such as '2MB'");
        }
    }

    public static void CheckRdma(IReadOnlyDictionary<string, RdmaLimit> limits, string field)
    {
        foreach ((string device, RdmaLimit limit) in limits)
        {
            if (device.Length == 0 || device.AsSpan().ContainsAny(" \n\0")) throw CgroupErrors.Invalid(field, $"'{device}' is not a device name");
            if (limit.HcaHandles is null && limit.HcaObjects is null)
                throw CgroupErrors.Invalid($"{field}.{device}", "needs hcaHandles, hcaObjects or both");
        }
    }

    /// <summary>A line of rdma.max.</summary>
    public static string RdmaLine(string device, RdmaLimit limit)
    {
        string line = device;
        if (limit.HcaHandles is { } handles) line += $" hca_handle={handles}";
        if (limit.HcaObjects is { } objects) line += $" hca_object={objects}";
        return line;
    }

    public static void CheckWeightDevices(BlockIoResources io, string field)
    {
        for (int i = 0; i < io.WeightDevice.Count; i++)
        {
            WeightDevice device = io.WeightDevice[i];
            if (device.Weight is null && device.LeafWeight is null)
                throw CgroupErrors.Invalid($"{field}.weightDevice[{i}]", "needs weight, leafWeight or both");
        }
    }

    // runtime-spec: a number and one of KB, MB, GB; it becomes a part of a file name.
    private static bool IsPageSize(string size)
    {
        if (size.Length < 3 || size[^1] != 'B' || size[^2] is not ('K' or 'M' or 'G') || size[0] == '0') return false;
        return !size.AsSpan()[..^2].ContainsAnyExceptInRange('0', '9');
    }
}
