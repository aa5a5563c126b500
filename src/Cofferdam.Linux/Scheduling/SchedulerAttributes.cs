namespace Cofferdam.Linux;

/// <summary>How the kernel shares CPU time with a thread (sched_setattr(2), sched(7)).</summary>
/// <param name="Policy">SCHED_OTHER and so on.</param>
/// <param name="Flags">SCHED_FLAG_* bits.</param>
/// <param name="Nice">-20 to 19, for the ordinary policies.</param>
/// <param name="Priority">1 to 99, for the real-time policies.</param>
/// <param name="Runtime">Nanoseconds a period, for the deadline policy.</param>
/// <param name="Deadline">Nanoseconds, for the deadline policy.</param>
/// <param name="Period">Nanoseconds, for the deadline policy.</param>
public readonly record struct SchedulerAttributes(uint Policy, ulong Flags, int Nice, uint Priority, ulong Runtime, ulong Deadline, ulong Period);
