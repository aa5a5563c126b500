using System.Globalization;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>CPU affinity, CPU policies and disk priorities of threads. Process number 0 means the calling thread.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Scheduling
{
    private const int IoClassShift = 13;
    private const int WhoProcess = 1;

    // Room for as many CPUs as any kernel is built for.
    private const int LargestMask = 1024;

    /// <summary>sched_setaffinity(2), with a mask from <see cref="CpuList"/>.</summary>
    public static void SetAffinity(int pid, ReadOnlySpan<byte> mask)
    {
        fixed (byte* bits = mask)
        {
            if (Libc.sched_setaffinity(pid, (nuint)mask.Length, bits) < 0) throw Kernel.Failure("sched_setaffinity", Text(pid), hint: $"the CPUs are {CpuList.Format(mask)}");
        }
    }

    /// <summary>sched_getaffinity(2).</summary>
    public static byte[] ReadAffinity(int pid)
    {
        byte[] mask = new byte[LargestMask];
        fixed (byte* bits = mask)
        {
            // glibc clears what the kernel did not write.
            if (Libc.sched_getaffinity(pid, LargestMask, bits) < 0) throw Kernel.Failure("sched_getaffinity", Text(pid));
        }

        return mask;
    }

    /// <summary>sched_setattr(2), Linux 3.14.</summary>
    public static void SetScheduler(int pid, SchedulerAttributes attributes)
    {
        Libc.sched_attr native = new()
        {
            size = (uint)sizeof(Libc.sched_attr),
            sched_policy = attributes.Policy,
            sched_flags = attributes.Flags,
            sched_nice = attributes.Nice,
            sched_priority = attributes.Priority,
            sched_runtime = attributes.Runtime,
            sched_deadline = attributes.Deadline,
            sched_period = attributes.Period,
        };
        if (Libc.syscall(Libc.SYS_sched_setattr, pid, (long)&native, 0, 0, 0, 0) < 0) throw Kernel.Failure("sched_setattr", Text(pid));
    }

    /// <summary>sched_getattr(2), Linux 3.14.</summary>
    public static SchedulerAttributes ReadScheduler(int pid)
    {
        Libc.sched_attr native = default;
        if (Libc.syscall(Libc.SYS_sched_getattr, pid, (long)&native, sizeof(Libc.sched_attr), 0, 0, 0) < 0) throw Kernel.Failure("sched_getattr", Text(pid));
        return new SchedulerAttributes(native.sched_policy, native.sched_flags, native.sched_nice, native.sched_priority, native.sched_runtime, native.sched_deadline, native.sched_period);
    }

    /// <summary>ioprio_set(2): class 1 real-time, 2 best-effort, 3 idle; level 0 (first) to 7.</summary>
    public static void SetIoPriority(int pid, int ioClass, int level)
    {
        if (Libc.syscall(Libc.SYS_ioprio_set, WhoProcess, pid, (ioClass << IoClassShift) | level, 0, 0, 0) < 0) throw Kernel.Failure("ioprio_set", Text(pid));
    }

    /// <summary>ioprio_get(2).</summary>
    public static (int IoClass, int Level) ReadIoPriority(int pid)
    {
        long priority = Libc.syscall(Libc.SYS_ioprio_get, WhoProcess, pid, 0, 0, 0, 0);
        if (priority < 0) throw Kernel.Failure("ioprio_get", Text(pid));
        return ((int)priority >> IoClassShift, (int)priority & ((1 << IoClassShift) - 1));
    }

    /// <summary>
    /// Gives this process, and what it starts from now on, a core scheduling cookie of its own: no other process runs on the
    /// other hardware threads of its core meanwhile (prctl(2) PR_SCHED_CORE, Linux 5.14).
    /// </summary>
    public static void CreateCoreCookie()
    {
        const int PR_SCHED_CORE = 62;
        const ulong PR_SCHED_CORE_CREATE = 1, PIDTYPE_TGID = 1;
        if (Libc.prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, PIDTYPE_TGID, 0) < 0) throw Kernel.Failure("prctl PR_SCHED_CORE");
    }

    /// <summary>The number of a policy name of the runtime spec ("SCHED_FIFO"; "SCHED_ISO" was never implemented).</summary>
    public static bool TryParsePolicy(string name, out uint policy)
    {
        (bool known, policy) = name switch
        {
            "SCHED_OTHER" => (true, 0u),
            "SCHED_FIFO" => (true, 1u),
            "SCHED_RR" => (true, 2u),
            "SCHED_BATCH" => (true, 3u),
            "SCHED_ISO" => (true, 4u),
            "SCHED_IDLE" => (true, 5u),
            "SCHED_DEADLINE" => (true, 6u),
            _ => (false, 0u),
        };
        return known;
    }

    /// <summary>The bit of a flag name of the runtime spec ("SCHED_FLAG_RESET_ON_FORK").</summary>
    public static bool TryParseFlag(string name, out ulong flag)
    {
        flag = name switch
        {
            "SCHED_FLAG_RESET_ON_FORK" => 0x01,
            "SCHED_FLAG_RECLAIM" => 0x02,
            "SCHED_FLAG_DL_OVERRUN" => 0x04,
            "SCHED_FLAG_KEEP_POLICY" => 0x08,
            "SCHED_FLAG_KEEP_PARAMS" => 0x10,
            "SCHED_FLAG_UTIL_CLAMP_MIN" => 0x20,
            "SCHED_FLAG_UTIL_CLAMP_MAX" => 0x40,
            _ => 0,
        };
        return flag != 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
