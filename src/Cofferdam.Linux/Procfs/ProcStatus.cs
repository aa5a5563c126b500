namespace Cofferdam.Linux;

/// <summary>Fields of /proc/pid/status (proc_pid_status(5)).</summary>
/// <param name="Pid">The process number (Tgid).</param>
/// <param name="Uid">The real user, as seen from this user namespace.</param>
/// <param name="EffectiveUid">The effective user.</param>
/// <param name="Gid">The real group.</param>
/// <param name="EffectiveGid">The effective group.</param>
/// <param name="NamespacePids">The number in each pid namespace, from ours to the process's own.</param>
public sealed record ProcStatus(int Pid, uint Uid, uint EffectiveUid, uint Gid, uint EffectiveGid, IReadOnlyList<int> NamespacePids);
