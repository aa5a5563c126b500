using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>cpu: shares, quota and real-time bandwidth (scheduler/sched-bwc.rst, sched-rt-group.rst).</summary>
internal sealed class CpuController : V1Controller
{
    private const string Field = "linux.resources.cpu";
    private const ulong MinShares = 2;
    private const ulong MaxShares = 262144;

    public override string Name => "cpu";

    // As in runc, 0 means unset where the kernel would refuse it.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.Cpu is not { } cpu) return null;
        if (cpu.Shares is > 0) return Field + ".shares";
        if (cpu.Quota is > 0) return Field + ".quota";
        if (cpu.Burst is > 0) return Field + ".burst";
        if (cpu.Idle is 1) return Field + ".idle";
        if (cpu.RealtimeRuntime is not (null or 0)) return Field + ".realtimeRuntime";
        return null;
    }

    // The kernel would silently take the nearest share it can do.
    public override void Validate(LinuxResources resources)
    {
        if (resources.Cpu is not { } cpu) return;
        if (cpu.Shares is > 0 and < MinShares) throw CgroupErrors.Invalid(Field + ".shares", $"the minimum is {MinShares}");
        if (cpu.Shares is > MaxShares) throw CgroupErrors.Invalid(Field + ".shares", $"the maximum is {MaxShares}");
        ResourceValues.CheckCpuTime(cpu, Field);
    }

    // A real-time process cannot join a cgroup without real-time bandwidth.
    public override void Prepare(V1Directory directory, LinuxResources? resources)
    {
        if (resources?.Cpu is { } cpu) ApplyRealtime(directory, cpu);
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (resources.Cpu is not { } cpu) return;
        // An idle cgroup refuses shares, so idle goes off before and on after them.
        if (cpu.Idle is 0 && !change.IsFresh) directory.Write("cpu.idle", "0", Field + ".idle");
        if (cpu.Shares is > 0) directory.Write("cpu.shares", cpu.Shares.Value.ToString(), Field + ".shares");
        ApplyBandwidth(directory, cpu);
        if (cpu.Idle is 1) directory.Write("cpu.idle", "1", Field + ".idle", "needs Linux 5.15");
        if (!change.IsPrepared) ApplyRealtime(directory, cpu);
    }

    // Period, burst and quota are checked against each other and against the parent at each write. A new period or burst that
    // is refused beside the old quota may fit the new one, so it is tried again after it.
    private static void ApplyBandwidth(V1Directory directory, CpuResources cpu)
    {
        bool quotaFollows = cpu.Quota is not (null or 0);
        bool periodAgain = cpu.Period is > 0 && !TryBandwidth(directory, "cpu.cfs_period_us", cpu.Period.Value, Field + ".period", quotaFollows);
        bool burstAgain = cpu.Burst is not null && !TryBandwidth(directory, "cpu.cfs_burst_us", cpu.Burst.Value, Field + ".burst", quotaFollows);
        if (!quotaFollows) return;

        string? hint = cpu.Quota is > 0 and < 1000 ? "the minimum is 1000 µs" : "it must fit the parent cgroup's quota and period";
        directory.Write("cpu.cfs_quota_us", cpu.Quota!.Value.ToString(), Field + ".quota", hint);
        if (periodAgain) TryBandwidth(directory, "cpu.cfs_period_us", cpu.Period!.Value, Field + ".period", mayRetry: false);
        if (burstAgain) TryBandwidth(directory, "cpu.cfs_burst_us", cpu.Burst!.Value, Field + ".burst", mayRetry: false);
    }

    private static bool TryBandwidth(V1Directory directory, string file, ulong value, string field, bool mayRetry)
    {
        if (directory.TryWrite(file, value.ToString(), out Errno errno)) return true;
        if (mayRetry && errno == Errno.EINVAL) return false;
        // cpu.cfs_burst_us came with 5.14; no burst is what older kernels do.
        if (errno == Errno.ENOENT && value == 0) return true;
        throw CgroupErrors.Write(field, directory[file], value.ToString(), errno, errno == Errno.ENOENT ? "this kernel does not have it" : null);
    }

    // The runtime must fit the period at each moment, as above.
    private static void ApplyRealtime(V1Directory directory, CpuResources cpu)
    {
        bool runtimeFollows = cpu.RealtimeRuntime is not (null or 0);
        bool periodAgain = cpu.RealtimePeriod is > 0 && !TryBandwidth(directory, "cpu.rt_period_us", cpu.RealtimePeriod.Value, Field + ".realtimePeriod", runtimeFollows);
        if (!runtimeFollows) return;

        const string hint = "the parent cgroup must have that much real-time bandwidth left";
        directory.Write("cpu.rt_runtime_us", cpu.RealtimeRuntime!.Value.ToString(), Field + ".realtimeRuntime", hint);
        if (periodAgain) TryBandwidth(directory, "cpu.rt_period_us", cpu.RealtimePeriod!.Value, Field + ".realtimePeriod", mayRetry: false);
    }
}
