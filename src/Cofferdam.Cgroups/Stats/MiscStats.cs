namespace Cofferdam.Cgroups;

/// <summary>One resource of the misc controller (cgroup-v2.rst, kernel 5.13).</summary>
/// <param name="Usage">misc.current.</param>
/// <param name="Events">How often its limit refused something (misc.events, 5.16).</param>
public readonly record struct MiscStats(ulong Usage, ulong Events);
