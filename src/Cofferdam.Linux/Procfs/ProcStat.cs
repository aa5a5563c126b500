namespace Cofferdam.Linux;

/// <summary>Fields of /proc/pid/stat (proc_pid_stat(5)).</summary>
/// <param name="Pid">The process number.</param>
/// <param name="Command">The program's name, cut to 15 bytes; the process may put anything here.</param>
/// <param name="State">R running, S sleeping, D in the kernel, Z zombie, X dead, T stopped, t traced, I idle.</param>
/// <param name="ParentPid">The parent's number.</param>
/// <param name="ProcessGroup">The process group.</param>
/// <param name="Session">The session.</param>
/// <param name="StartTime">When it started, in clock ticks since boot: with the number, a process's identity.</param>
public readonly record struct ProcStat(int Pid, string Command, char State, int ParentPid, int ProcessGroup, int Session, ulong StartTime)
{
    /// <summary>True when the process has ended and only waits to be reaped.</summary>
    public bool HasEnded => State is 'Z' or 'X';
}
