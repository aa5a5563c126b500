using Cofferdam.Api;
using Cofferdam.Api.Runc.V1;
using Cofferdam.Api.Task.V2;
using Cofferdam.Linux;
using Cofferdam.Shim.Io;
using Cofferdam.Ttrpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Tasks;

/// <summary>
/// The task services containerd.task.v2 and v3, which differ in their names alone: takes requests apart and puts answers
/// together. Questions are answered on the loop's thread at once; what may wait goes to a worker.
/// </summary>
internal sealed class TaskService
{
    private readonly ShimContext _context;
    private readonly ShimContainers _containers;
    private readonly IdleTrim _trim;

    /// <param name="context">What the shim's containers share.</param>
    /// <param name="containers">Its containers.</param>
    public TaskService(ShimContext context, ShimContainers containers)
    {
        _trim = new IdleTrim(context.Loop);
        _context = context;
        _containers = containers;
    }

    public void AddTo(TtrpcServer server)
    {
        server.AddService("containerd.task.v2.Task", Handle);
        server.AddService("containerd.task.v3.Task", Handle);
    }

    private void Handle(ServerCall call)
    {
        _trim.NoteWork();
        switch (call.Method)
        {
            case "State": Answer(call, StateRequest.Parser, r => _containers.Find(r.Id).State(r.ExecId)); break;
            case "Pids": Answer(call, PidsRequest.Parser, r => _containers.Find(r.Id).Pids()); break;
            case "Stats": Answer(call, StatsRequest.Parser, r => new StatsResponse { Stats = _containers.Find(r.Id).Stats() }); break;
            case "Connect": Answer(call, ConnectRequest.Parser, Connect); break;
            case "ResizePty": Answer(call, ResizePtyRequest.Parser, Resize); break;
            case "CloseIO": Answer(call, CloseIORequest.Parser, CloseIO); break;
            case "Exec": Answer(call, ExecProcessRequest.Parser, Exec); break;
            case "Wait": Wait(call, call.Read(WaitRequest.Parser)); break;
            case "Shutdown": Answer(call, ShutdownRequest.Parser, Shutdown); break;
            case "Create": Create(call, call.Read(CreateTaskRequest.Parser)); break;
            case "Start": AnswerLater(call, StartRequest.Parser, Start); break;
            case "Delete": AnswerLater(call, DeleteRequest.Parser, Delete); break;
            case "Kill": AnswerLater(call, KillRequest.Parser, Kill); break;
            case "Pause": AnswerLater(call, PauseRequest.Parser, r => Do(r.Id, c => c.Pause())); break;
            case "Resume": AnswerLater(call, ResumeRequest.Parser, r => Do(r.Id, c => c.Resume())); break;
            case "Update": AnswerLater(call, UpdateTaskRequest.Parser, Update); break;
            case "Checkpoint": AnswerLater(call, CheckpointTaskRequest.Parser, Checkpoint); break;
            default: call.FailUnknownMethod(); break;
        }
    }

    private void Answer<T>(ServerCall call, MessageParser<T> parser, Func<T, IMessage> perform) where T : IMessage<T>
    {
        T request = call.Read(parser);
        Perform(call, request, perform);
    }

    private void AnswerLater<T>(ServerCall call, MessageParser<T> parser, Func<T, IMessage> perform) where T : IMessage<T>
    {
        T request = call.Read(parser);
        _context.Workers.Run(() => Perform(call, request, perform));
    }

    private void Perform<T>(ServerCall call, T request, Func<T, IMessage> perform)
    {
        try
        {
            call.Reply(perform(request));
        }
        catch (Exception e)
        {
            // Of whatever kind: the caller must get an answer, and the shim must live on.
            TtrpcStatus status = Failures.StatusOf(e);
            _context.Log.Debug($"{call.Method}: {status.Message}");
            call.Fail(status);
        }
    }

    // The id is taken here and now: a shutdown that is asked for next must see that there is something to do.
    private void Create(ServerCall call, CreateTaskRequest request)
    {
        _containers.Reserve(request.Id);
        _context.Workers.Run(() => Perform(call, request, r => new CreateTaskResponse { Pid = (uint)_containers.CreateReserved(r).Init.Pid }));
    }

    private StartResponse Start(StartRequest request)
    {
        ShimContainer container = _containers.Find(request.Id);
        ShimProcess process = request.ExecId.Length == 0
            ? Failures.Describe("OCI runtime start failed", container.Start)
            : Failures.Describe("OCI runtime exec failed", () => container.StartExec(request.ExecId));
        return new StartResponse { Pid = (uint)process.Pid };
    }

    private DeleteResponse Delete(DeleteRequest request)
    {
        ShimProcess process = request.ExecId.Length == 0 ? _containers.Delete(request.Id) : _containers.Find(request.Id).DeleteExec(request.ExecId);
        return new DeleteResponse { Pid = (uint)process.Pid, ExitStatus = process.ExitCode, ExitedAt = process.ExitedAt };
    }

    private Empty Exec(ExecProcessRequest request)
    {
        StdioUris stdio = new(request.Stdin, request.Stdout, request.Stderr, request.Terminal);
        _containers.Find(request.Id).AddExec(request.ExecId, stdio, request.Spec?.Value ?? ByteString.Empty);
        return new Empty();
    }

    private Empty Kill(KillRequest request) => Do(request.Id, c => c.Kill(request.ExecId, (int)request.Signal, request.All));

    private Empty Update(UpdateTaskRequest request)
    {
        if (request.Resources is null) throw new CofferdamException(ErrorKind.InvalidArgument, "resources: must be given");
        return Do(request.Id, c => c.Update(request.Resources.Value.Span));
    }

    private Empty Checkpoint(CheckpointTaskRequest request)
    {
        CheckpointOptions options = AnyMessages.Unpack(request.Options, TypeUrls.RuncCheckpointOptions, CheckpointOptions.Parser) ?? new CheckpointOptions();
        return Do(request.Id, c => c.Checkpoint(request.Path, options));
    }

    private Empty Resize(ResizePtyRequest request) => Do(request.Id, c => c.Resize(request.ExecId, request.Width, request.Height));

    private Empty CloseIO(CloseIORequest request) => Do(request.Id, c => c.CloseStdin(request.ExecId));

    private ConnectResponse Connect(ConnectRequest request) => new()
    {
        ShimPid = (uint)Processes.CurrentId,
        TaskPid = _containers.TryFind(request.Id, out ShimContainer? container) ? (uint)container.Init.Pid : 0,
    };

    private Empty Shutdown(ShutdownRequest request)
    {
        _containers.Shutdown();
        return new Empty();
    }

    private void Wait(ServerCall call, WaitRequest request)
    {
        (_, Action cancel) = _containers.Find(request.Id).Wait(request.ExecId, process =>
            call.Reply(new WaitResponse { ExitStatus = process.ExitCode, ExitedAt = process.ExitedAt }));
        call.OnCancelled(cancel);
    }

    private Empty Do(string id, Action<ShimContainer> action)
    {
        action(_containers.Find(id));
        return new Empty();
    }
}
