using Cofferdam.Api;
using Cofferdam.Api.Events;
using Cofferdam.Api.Task.V2;
using Cofferdam.Shim.Tasks;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Events;

/// <summary>The events of a shim (containerd, core/runtime/v2/README.md): their topics and what is in them.</summary>
internal static class TaskEvents
{
    public static void Created(this EventPublisher publisher, CreateTaskRequest request, int pid)
    {
        TaskCreate message = new()
        {
            ContainerId = request.Id,
            Bundle = request.Bundle,
            Io = new TaskIO { Stdin = request.Stdin, Stdout = request.Stdout, Stderr = request.Stderr, Terminal = request.Terminal },
            Checkpoint = request.Checkpoint,
            Pid = (uint)pid,
        };
        message.Rootfs.AddRange(request.Rootfs);
        publisher.Publish("/tasks/create", TypeUrls.TaskCreate, message);
    }

    public static void Started(this EventPublisher publisher, ShimProcess process)
    {
        if (process.IsInit)
            publisher.Publish("/tasks/start", TypeUrls.TaskStart, new TaskStart { ContainerId = process.ContainerId, Pid = (uint)process.Pid });
        else
            publisher.Publish("/tasks/exec-started", TypeUrls.TaskExecStarted, new TaskExecStarted { ContainerId = process.ContainerId, ExecId = process.ExecId, Pid = (uint)process.Pid });
    }

    public static void ExecAdded(this EventPublisher publisher, ShimProcess process) =>
        publisher.Publish("/tasks/exec-added", TypeUrls.TaskExecAdded, new TaskExecAdded { ContainerId = process.ContainerId, ExecId = process.ExecId });

    public static void Exited(this EventPublisher publisher, ShimProcess process) => publisher.Publish("/tasks/exit", TypeUrls.TaskExit, new TaskExit
    {
        ContainerId = process.ContainerId,
        Id = process.Id,
        Pid = (uint)process.Pid,
        ExitStatus = process.ExitCode,
        ExitedAt = process.ExitedAt,
    });

    public static void Deleted(this EventPublisher publisher, ShimProcess init) => publisher.Publish("/tasks/delete", TypeUrls.TaskDelete, new TaskDelete
    {
        ContainerId = init.ContainerId,
        Pid = (uint)init.Pid,
        ExitStatus = init.ExitCode,
        ExitedAt = init.ExitedAt ?? new Timestamp(),
    });

    public static void OutOfMemory(this EventPublisher publisher, string id) =>
        publisher.Publish("/tasks/oom", TypeUrls.TaskOOM, new TaskOOM { ContainerId = id }, repeatable: id);

    public static void Paused(this EventPublisher publisher, string id) =>
        publisher.Publish("/tasks/paused", TypeUrls.TaskPaused, new TaskPaused { ContainerId = id });

    public static void Resumed(this EventPublisher publisher, string id) =>
        publisher.Publish("/tasks/resumed", TypeUrls.TaskResumed, new TaskResumed { ContainerId = id });

    public static void Checkpointed(this EventPublisher publisher, string id, string path) =>
        publisher.Publish("/tasks/checkpointed", TypeUrls.TaskCheckpointed, new TaskCheckpointed { ContainerId = id, Checkpoint = path });
}
