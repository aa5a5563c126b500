using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>A process as a record names it: a pid may have been given away again, a pid with its start time not.</summary>
internal readonly record struct RecordedProcess(int Pid, ulong StartTime)
{
    /// <summary>The calling process.</summary>
    public static RecordedProcess Current()
    {
        int pid = Processes.CurrentId;
        return new RecordedProcess(pid, ProcFs.ReadStat(pid).StartTime);
    }
}
