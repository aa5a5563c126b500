using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>memory (cgroup-v1/memory.rst).</summary>
internal sealed class MemoryController : V1Controller
{
    private const string Field = "linux.resources.memory";
    private const string LimitFile = "memory.limit_in_bytes";
    private const string SwapFile = "memory.memsw.limit_in_bytes";
    private const string UsageFile = "memory.usage_in_bytes";

    public override string Name => "memory";

    // As in runc, 0 means unset.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.Memory is not { } memory) return null;
        if (memory.Limit is > 0) return Field + ".limit";
        if (memory.Reservation is > 0) return Field + ".reservation";
        if (memory.Swap is > 0) return Field + ".swap";
        if (ResourceValues.Swappiness(memory) is not null) return Field + ".swappiness";
        if (memory.DisableOomKiller is true) return Field + ".disableOOMKiller";
        return null;
    }

    public override void Validate(LinuxResources resources)
    {
        if (resources.Memory is not { } memory) return;
        ResourceValues.CheckBytes(memory.Limit, Field + ".limit");
        ResourceValues.CheckBytes(memory.Reservation, Field + ".reservation");
        ResourceValues.CheckBytes(memory.Swap, Field + ".swap");
        ResourceValues.CheckSwappiness(memory, Field + ".swappiness");
        if (memory is { Swap: > 0, Limit: > 0 } && memory.Swap < memory.Limit)
            throw CgroupErrors.Invalid(Field + ".swap", $"{memory.Swap} is below memory.limit {memory.Limit}, of which it is the sum with swap");
        if (memory is { Swap: > 0, Limit: -1 }) throw CgroupErrors.Invalid(Field + ".swap", "cannot be limited while memory.limit is -1");
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (resources.Memory is not { } memory) return;
        if (memory.Kernel is not null) change.Warn($"{Field}.kernel: ignored, as the specification recommends");
        if (memory.KernelTcp is not null) change.Warn($"{Field}.kernelTCP: ignored, as the specification recommends");
        if (memory.UseHierarchy is true) UseHierarchy(directory);
        if (memory.CheckBeforeUpdate is true && !change.IsWhole) CheckUsage(directory, memory);
        ApplyLimits(directory, memory, change.IsFresh);
        if (memory.Reservation is not (null or 0) && !(memory.Reservation is -1 && change.IsFresh))
            directory.Write("memory.soft_limit_in_bytes", memory.Reservation.Value.ToString(), Field + ".reservation");
        if (memory.DisableOomKiller is true || (memory.DisableOomKiller is false && !change.IsFresh))
            directory.Write("memory.oom_control", memory.DisableOomKiller.Value ? "1" : "0", Field + ".disableOOMKiller");
        if (ResourceValues.Swappiness(memory) is { } swappiness) directory.Write("memory.swappiness", swappiness.ToString(), Field + ".swappiness");
    }

    public static MemoryStats ReadStats(V1Directory directory)
    {
        Dictionary<string, ulong> raw = KernelText.Keyed(directory.TryRead("memory.stat"));
        Dictionary<string, ulong> oom = KernelText.Keyed(directory.TryRead("memory.oom_control"));
        MemoryCounter usage = ReadCounter(directory, "memory");
        MemoryCounter withSwap = ReadCounter(directory, "memory.memsw");
        return new MemoryStats
        {
            Cache = raw.GetValueOrDefault("cache"),
            Usage = usage,
            SwapUsage = withSwap,
            SwapOnlyUsage = Subtract(withSwap, usage),
            KernelUsage = ReadCounter(directory, "memory.kmem"),
            KernelTcpUsage = ReadCounter(directory, "memory.kmem.tcp"),
            UseHierarchy = directory.ReadNumber("memory.use_hierarchy") == 1,
            Raw = raw,
            Numa = NumaStatFile.Parse(directory.TryRead("memory.numa_stat")),
            OomKillDisabled = oom.GetValueOrDefault("oom_kill_disable") == 1,
            UnderOom = oom.GetValueOrDefault("under_oom") == 1,
            OomKills = oom.GetValueOrDefault("oom_kill"),
        };
    }

    // The kernel keeps memory.limit <= memory.memsw.limit at each write. Both fit in one order: the sum first when it grows to
    // or above the present limit, else the limit first. In a new cgroup both are unlimited, so the limit goes first.
    private static void ApplyLimits(V1Directory directory, MemoryResources memory, bool isFresh)
    {
        long limit = memory.Limit ?? 0;
        long swap = memory.Swap ?? 0;
        if (isFresh && limit == -1) limit = 0;
        if (isFresh && swap == -1) swap = 0;
        // "No limit" for memory alone would be refused while the sum has one.
        if (limit == -1 && swap == 0 && directory.Has(SwapFile)) swap = -1;

        bool swapFirst = limit != 0 && swap != 0 && !isFresh && (swap == -1 || directory.ReadNumber(LimitFile) <= (ulong)swap);
        if (swapFirst) WriteSwap(directory, swap);
        if (limit != 0) WriteLimit(directory, limit);
        if (swap != 0 && !swapFirst) WriteSwap(directory, swap);
    }

    private static void WriteLimit(V1Directory directory, long limit)
    {
        string value = limit.ToString();
        if (directory.TryWrite(LimitFile, value, out Errno errno)) return;
        string? hint = errno switch
        {
            // Reclaim could not bring the use below the limit.
            Errno.EBUSY => $"{directory.ReadNumber(UsageFile)} bytes are in use, {directory.ReadNumber("memory.max_usage_in_bytes")} at the peak",
            Errno.EINVAL => "it may not be above memory.swap; set both",
            _ => null,
        };
        throw CgroupErrors.Write(Field + ".limit", directory[LimitFile], value, errno, hint);
    }

    private static void WriteSwap(V1Directory directory, long swap)
    {
        string value = swap.ToString();
        if (directory.TryWrite(SwapFile, value, out Errno errno)) return;
        string? hint = errno switch
        {
            Errno.ENOENT or Errno.EACCES => "the kernel counts no swap; boot with 'swapaccount=1'",
            Errno.EBUSY => $"{directory.ReadNumber("memory.memsw.usage_in_bytes")} bytes of memory and swap are in use",
            Errno.EINVAL => "it may not be below memory.limit, and needs one",
            _ => null,
        };
        throw CgroupErrors.Write(Field + ".swap", directory[SwapFile], value, errno, hint);
    }

    // Since 5.11 every cgroup is hierarchical and the file is fixed at 1.
    private static void UseHierarchy(V1Directory directory)
    {
        if (directory.ReadNumber("memory.use_hierarchy") == 0) directory.Write("memory.use_hierarchy", "1", Field + ".useHierarchy");
    }

    private static void CheckUsage(V1Directory directory, MemoryResources memory)
    {
        ulong usage = directory.ReadNumber(UsageFile);
        if (memory.Limit is > 0 && (ulong)memory.Limit < usage)
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"{Field}.limit: {memory.Limit} is below the current usage {usage}");
        usage = directory.ReadNumber("memory.memsw.usage_in_bytes");
        if (memory.Swap is > 0 && (ulong)memory.Swap < usage)
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"{Field}.swap: {memory.Swap} is below the current usage {usage}");
    }

    private static MemoryCounter ReadCounter(V1Directory directory, string prefix) => new(
        directory.ReadNumber(prefix + ".usage_in_bytes"),
        directory.ReadNumber(prefix + ".max_usage_in_bytes"),
        directory.ReadNumber(prefix + ".failcnt"),
        directory.ReadNumber(prefix + ".limit_in_bytes"));

    // The counters are read one after the other, so the sum may be a little behind its part.
    private static MemoryCounter Subtract(MemoryCounter sum, MemoryCounter part) => new(
        Difference(sum.Usage, part.Usage),
        Difference(sum.MaxUsage, part.MaxUsage),
        Difference(sum.FailCount, part.FailCount),
        Difference(sum.Limit, part.Limit));

    private static ulong Difference(ulong sum, ulong part) => sum > part ? sum - part : 0;
}
