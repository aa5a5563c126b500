using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>memory (cgroup-v2.rst, "Memory").</summary>
internal sealed class MemoryController : V2Controller
{
    private const string Field = "linux.resources.memory";
    private const string LimitFile = "memory.max";
    private const string SwapFile = "memory.swap.max";
    private const string UsageFile = "memory.current";

    public override string Name => "memory";

    // As in runc, 0 means unset.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.Memory is not { } memory) return null;
        if (memory.Limit is > 0) return Field + ".limit";
        if (memory.Reservation is > 0) return Field + ".reservation";
        return memory.Swap is > 0 ? Field + ".swap" : null;
    }

    public override void Validate(LinuxResources resources)
    {
        if (resources.Memory is not { } memory) return;
        ResourceValues.CheckBytes(memory.Limit, Field + ".limit");
        ResourceValues.CheckBytes(memory.Reservation, Field + ".reservation");
        ResourceValues.CheckBytes(memory.Swap, Field + ".swap");
        if (memory is { Swap: > 0, Limit: > 0 }) CheckSum(memory.Swap.Value, memory.Limit.Value);
    }

    public override void Warn(LinuxResources resources, V2Change change)
    {
        if (resources.Memory is not { } memory) return;
        if (memory.Kernel is not null) change.Warn($"{Field}.kernel: ignored, as the specification recommends");
        if (memory.KernelTcp is not null) change.Warn($"{Field}.kernelTCP: ignored, as the specification recommends");
        if (ResourceValues.Swappiness(memory) is not null) change.WarnAbsent(Field + ".swappiness");
        if (memory.DisableOomKiller is true) change.WarnAbsent(Field + ".disableOOMKiller");
    }

    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        if (resources.Memory is not { } memory) return;
        if (memory.CheckBeforeUpdate is true && !change.IsWhole) CheckUsage(directory, memory);
        // The swap goes first: with a lower memory.max the kernel would begin to push out what the new limit forbids.
        WriteSwap(directory, memory, change);
        if (Value(memory.Limit, change) is { } limit) directory.Write(LimitFile, limit, Field + ".limit");
        if (Value(memory.Reservation, change) is { } reservation) directory.Write("memory.low", reservation, Field + ".reservation");
    }

    /// <summary>What memory.swap.max becomes, without memory and for a new container; null when it stays.</summary>
    internal static string? Swap(MemoryResources memory)
    {
        long limit = memory.Limit ?? 0;
        long sum = memory.Swap ?? 0;
        if (sum == -1 || (sum == 0 && limit == -1)) return "max";
        if (sum == 0) return null;
        if (limit == -1) return sum.ToString();
        if (limit == 0) throw CgroupErrors.Invalid(Field + ".swap", "needs memory.limit, of which it is the sum with swap");
        return (sum - limit).ToString();
    }

    /// <summary>As <see cref="Swap"/>, for a live cgroup that has the part of the values that is not given.</summary>
    /// <param name="memory">What is to change.</param>
    /// <param name="presentLimit">memory.max.</param>
    /// <param name="presentSwap">memory.swap.max; null where the kernel counts no swap.</param>
    internal static string? SwapAfterChange(MemoryResources memory, ulong presentLimit, ulong? presentSwap)
    {
        long limit = memory.Limit ?? 0;
        if (memory.Swap is > 0 && limit == 0)
        {
            if (presentLimit == ulong.MaxValue) return memory.Swap.Value.ToString();
            CheckSum(memory.Swap.Value, (long)presentLimit);
            return (memory.Swap.Value - (long)presentLimit).ToString();
        }

        bool keepsSum = limit > 0 && memory.Swap is null or 0 && presentLimit != ulong.MaxValue && presentSwap is not (null or 0 or ulong.MaxValue);
        if (limit <= 0 || !keepsSum) return Swap(memory);
        long sum = (long)presentLimit + (long)presentSwap!.Value;
        if (sum < limit)
        {
            throw CgroupErrors.Invalid(
                Field + ".limit", $"{limit} is above the present limit of memory and swap together, {sum} (hint: set memory.swap as well)");
        }

        return (sum - limit).ToString();
    }

    private static void WriteSwap(V2Directory directory, MemoryResources memory, V2Change change)
    {
        if (memory.Limit is null or 0 && memory.Swap is null or 0) return;
        string? value = change.IsWhole ? Swap(memory) : SwapAfterChange(memory, PresentLimit(directory), PresentSwap(directory));
        if (value is null || (value == "max" && change.IsFresh)) return;
        if (directory.TryWrite(SwapFile, value, out Errno errno)) return;
        // Without swap accounting there is no swap to limit: both extremes are as good as so.
        if (errno == Errno.ENOENT && value is "max" or "0") return;
        string? hint = errno == Errno.ENOENT ? "the kernel counts no swap; boot with 'swapaccount=1'" : null;
        throw CgroupErrors.Write(Field + ".swap", directory[SwapFile], value, errno, hint);
    }

    private static ulong PresentLimit(V2Directory directory) => directory.TryRead(LimitFile) is { } text ? KernelText.Number(text) : ulong.MaxValue;

    private static ulong? PresentSwap(V2Directory directory) => directory.TryRead(SwapFile) is { } text ? KernelText.Number(text) : null;

    private static string? Value(long? value, V2Change change) =>
        value is -1 && change.IsFresh ? null : Conversions.Bytes(value ?? 0);

    private static void CheckUsage(V2Directory directory, MemoryResources memory)
    {
        ulong usage = directory.ReadNumber(UsageFile);
        Check(memory.Swap, ".swap");
        Check(memory.Limit, ".limit");

        void Check(long? limit, string name)
        {
            if (limit > 0 && (ulong)limit <= usage)
                throw new CofferdamException(ErrorKind.FailedPrecondition, $"{Field}{name}: {limit} is not above the {usage} bytes in use (checkBeforeUpdate)");
        }
    }

    private static void CheckSum(long sum, long limit)
    {
        if (sum < limit) throw CgroupErrors.Invalid(Field + ".swap", $"{sum} is below memory.limit {limit}, of which it is the sum with swap");
    }
}
