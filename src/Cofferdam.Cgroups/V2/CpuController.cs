using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>cpu: weight, bandwidth and idling (cgroup-v2.rst, "CPU").</summary>
internal sealed class CpuController : V2Controller
{
    private const string Field = "linux.resources.cpu";
    private const string WeightFile = "cpu.weight";
    private const string MaxFile = "cpu.max";
    private const string BurstFile = "cpu.max.burst";
    private const string IdleFile = "cpu.idle";
    private const string NeedsIdle = "needs Linux 5.15";

    // The kernel's, which runc writes where only the quota is given.
    private const ulong DefaultPeriod = 100000;

    public override string Name => "cpu";

    // As in runc, 0 means unset where the kernel would refuse it.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.Cpu is not { } cpu) return null;
        if (cpu.Shares is > 0) return Field + ".shares";
        if (cpu.Quota is > 0) return Field + ".quota";
        if (cpu.Burst is > 0) return Field + ".burst";
        return cpu.Idle is 1 ? Field + ".idle" : null;
    }

    public override void Validate(LinuxResources resources)
    {
        if (resources.Cpu is { } cpu) ResourceValues.CheckCpuTime(cpu, Field);
    }

    public override void Warn(LinuxResources resources, V2Change change)
    {
        if (resources.Cpu?.RealtimeRuntime is not (null or 0)) change.WarnAbsent(Field + ".realtimeRuntime");
        if (resources.Cpu?.RealtimePeriod is > 0) change.WarnAbsent(Field + ".realtimePeriod");
    }

    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        if (resources.Cpu is not { } cpu) return;
        // An idle cgroup refuses a weight, so idle goes off before and on after it.
        if (cpu.Idle is 0 && !change.IsFresh) directory.Write(IdleFile, "0", Field + ".idle", NeedsIdle);
        if (cpu.Shares is > 0) WriteWeight(directory, cpu);
        WriteBandwidth(directory, cpu, change);
        if (cpu.Idle is 1) directory.Write(IdleFile, "1", Field + ".idle", NeedsIdle);
    }

    /// <summary>What is written to cpu.max; null when it stays.</summary>
    /// <param name="cpu">What is asked for.</param>
    /// <param name="present">Reads cpu.max of a live cgroup; null for a new one.</param>
    internal static string? Bandwidth(CpuResources cpu, Func<string?>? present)
    {
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota == 0 && period == 0) return null;
        string text = quota > 0 ? quota.ToString() : "max";
        if (present is null) return $"{text} {(period == 0 ? DefaultPeriod : period)}";
        // The kernel keeps a period that is not given; a quota it must be told again.
        if (period == 0) return text;
        if (quota == 0) text = present() is { } max ? max.Split(' ')[0] : "max";
        return $"{text} {period}";
    }

    private static void WriteWeight(V2Directory directory, CpuResources cpu)
    {
        string weight = Conversions.CpuWeight(cpu.Shares!.Value).ToString();
        if (directory.TryWrite(WeightFile, weight, out Errno errno)) return;
        // Idle before and after: it has no weight.
        if (errno == Errno.EINVAL && cpu.Idle is 1) return;
        string? hint = errno == Errno.EINVAL && directory.ReadNumber(IdleFile) == 1 ? "the cgroup is idle; set linux.resources.cpu.idle to 0 with it" : null;
        throw CgroupErrors.Write(Field + ".shares", directory[WeightFile], weight, errno, hint);
    }

    // Quota and burst are checked against each other at each write: a burst that is refused beside the old quota may fit the
    // new one, and a quota the new burst.
    private static void WriteBandwidth(V2Directory directory, CpuResources cpu, V2Change change)
    {
        string? max = Bandwidth(cpu, change.IsWhole ? null : () => directory.TryRead(MaxFile));
        if (max is null)
        {
            if (cpu.Burst is not null) WriteBurst(directory, cpu.Burst.Value, mayRetry: false);
            return;
        }

        bool burstAfter = cpu.Burst is not null && (change.IsFresh || !WriteBurst(directory, cpu.Burst.Value, mayRetry: true));
        string? hint = cpu.Quota is > 0 and < 1000 ? "the minimum is 1000 µs" : null;
        directory.Write(MaxFile, max, Field + (cpu.Quota is null or 0 ? ".period" : ".quota"), hint);
        if (burstAfter) WriteBurst(directory, cpu.Burst!.Value, mayRetry: false);
    }

    private static bool WriteBurst(V2Directory directory, ulong burst, bool mayRetry)
    {
        if (directory.TryWrite(BurstFile, burst.ToString(), out Errno errno)) return true;
        if (mayRetry && errno == Errno.EINVAL) return false;
        // The file came with 5.14; no burst is what older kernels do.
        if (errno == Errno.ENOENT && burst == 0) return true;
        string? hint = errno switch
        {
            Errno.ENOENT => "needs Linux 5.14",
            Errno.EINVAL => "it may not be above linux.resources.cpu.quota",
            _ => null,
        };
        throw CgroupErrors.Write(Field + ".burst", directory[BurstFile], burst.ToString(), errno, hint);
    }
}
