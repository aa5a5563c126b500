using Cofferdam.Api;
using Cofferdam.Api.Runc.V1;
using Cofferdam.Api.Task.V2;
using Cofferdam.Api.Types;
using Google.Protobuf.WellKnownTypes;
using TaskStatus = Cofferdam.Api.Types.Status;

namespace Cofferdam.Shim.Tasks;

// What is asked and changes nothing: answered at once, whatever else goes on.
internal sealed partial class ShimContainer
{
    public StateResponse State(string execId)
    {
        ShimProcess process = Find(execId);
        lock (_state)
        {
            StateResponse response = new()
            {
                Id = process.Id,
                ExecId = execId,
                Bundle = Bundle,
                Pid = (uint)process.Pid,
                Status = StatusOf(process),
                Stdin = process.Stdio.Stdin,
                Stdout = process.Stdio.Stdout,
                Stderr = process.Stdio.Stderr,
                Terminal = process.Stdio.Terminal,
                ExitStatus = process.ExitCode,
            };
            if (process.Phase == ProcessPhase.Stopped) response.ExitedAt = process.ExitedAt;
            return response;
        }
    }

    /// <summary>Calls <paramref name="stopped"/> when the process has stopped, or at once if it has.</summary>
    /// <returns>The process, and what takes the call back.</returns>
    public (ShimProcess Process, Action Cancel) Wait(string execId, Action<ShimProcess> stopped)
    {
        ShimProcess process = Find(execId);
        void Stopped() => stopped(process);
        Action waiter = Stopped;
        bool isWaiting;
        lock (_state) isWaiting = process.TryAddWaiter(waiter);
        if (!isWaiting) Stopped();
        return (process, () =>
        {
            lock (_state) process.RemoveWaiter(waiter);
        });
    }

    public PidsResponse Pids()
    {
        PidsResponse response = new();
        Dictionary<int, string> execs = [];
        lock (_state)
        {
            foreach (ShimProcess exec in _execs.Values) execs[exec.Pid] = exec.ExecId;
        }

        foreach (int pid in Init.Pid == 0 ? [] : _runtime.Processes())
        {
            ProcessInfo info = new() { Pid = (uint)pid };
            if (execs.TryGetValue(pid, out string? execId)) info.Info = AnyMessages.Pack(new ProcessDetails { ExecId = execId }, TypeUrls.RuncProcessDetails);
            response.Processes.Add(info);
        }

        // containerd 2 takes a shim without processes for one that was left over, and an exit that came while it was away would be
        // lost with it: until the container is deleted, its init counts.
        if (response.Processes.Count == 0 && Init.Pid != 0) response.Processes.Add(new ProcessInfo { Pid = (uint)Init.Pid });
        return response;
    }

    public Any Stats() => StatsMessages.From(_runtime.Stats(), _runtime.IsUnified);

    public void Resize(string execId, uint width, uint height)
    {
        ShimProcess process = Find(execId);
        lock (_state)
        {
            if (process.Phase != ProcessPhase.Stopped) process.Live?.Resize(width, height);
        }
    }

    public void CloseStdin(string execId) => Find(execId).CloseStdin();

    private TaskStatus StatusOf(ShimProcess process) => process.Phase switch
    {
        ProcessPhase.Created => TaskStatus.Created,
        ProcessPhase.Running when _isPaused => TaskStatus.Paused,
        ProcessPhase.Running => TaskStatus.Running,
        _ => TaskStatus.Stopped,
    };
}
