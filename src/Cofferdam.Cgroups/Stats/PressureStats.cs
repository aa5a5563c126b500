namespace Cofferdam.Cgroups;

/// <summary>Pressure stall information of one resource (Documentation/accounting/psi.rst, kernel 4.20; cgroup v2 only).</summary>
/// <param name="Some">Time in which at least one task was stalled.</param>
/// <param name="Full">Time in which all tasks that were not idle were stalled at once; zero for cpu before 5.13.</param>
public readonly record struct PressureStats(PressureAverages Some, PressureAverages Full);
