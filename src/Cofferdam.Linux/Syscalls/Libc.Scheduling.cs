using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// CPU and disk scheduling, and resource limits.
public static unsafe partial class Libc
{
    /// <summary>sched_setattr(2), which glibc 2.36 does not wrap; one of the few numbers that differ.</summary>
    public static long SYS_sched_setattr => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 274 : 314;

    /// <summary>sched_getattr(2).</summary>
    public static long SYS_sched_getattr => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 275 : 315;

    /// <summary>ioprio_set(2).</summary>
    public static long SYS_ioprio_set => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 30 : 251;

    /// <summary>ioprio_get(2).</summary>
    public static long SYS_ioprio_get => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 31 : 252;

    /// <summary>struct sched_attr of sched_setattr(2), as Linux 5.3 extended it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sched_attr
    {
        public uint size;
        public uint sched_policy;
        public ulong sched_flags;
        public int sched_nice;
        public uint sched_priority;
        public ulong sched_runtime;
        public ulong sched_deadline;
        public ulong sched_period;
        public uint sched_util_min;
        public uint sched_util_max;
    }

    /// <summary>struct rlimit of prlimit(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_setaffinity(int pid, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_getaffinity(int pid, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int prlimit(int pid, int resource, rlimit* newLimit, rlimit* oldLimit);
}
