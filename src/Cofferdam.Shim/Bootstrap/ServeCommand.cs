using Cofferdam.Linux;
using Cofferdam.Shim.Events;
using Cofferdam.Shim.Tasks;
using Cofferdam.Ttrpc;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>The shim itself: serves tasks at the socket that <c>start</c> left as descriptor 3, until it is shut down.</summary>
internal sealed class ServeCommand : IDisposable
{
    /// <summary>By which <c>start</c> tells the address of the socket, whose file is removed at the end.</summary>
    internal const string AddressVariable = "COFFER_SHIM_ADDRESS";

    private const int ListenerFd = 3;
    private static readonly TimeSpan s_shutdownLimit = TimeSpan.FromSeconds(5);

    private readonly EventLoop _loop = new();
    private readonly ShimLog _log;
    private readonly TtrpcServer _server;
    private readonly EventPublisher _events;
    private readonly OrphanReaper _reaper;
    private bool _isShuttingDown;

    private ServeCommand(ShimArguments arguments)
    {
        _log = new ShimLog("log", arguments.Id, arguments.Namespace, arguments.Debug);
        _server = new TtrpcServer(_loop) { Describe = Failures.StatusOf };
        _events = new EventPublisher(_loop, _log, Environment.GetEnvironmentVariable("TTRPC_ADDRESS") ?? "", arguments.Namespace);
        _reaper = new OrphanReaper(_loop);
        // The shim of a pod must outlive what goes wrong with one of its containers.
        _loop.CallbackFailed = e => _log.Error($"internal: {e}");
        ShimContext context = new(_loop, new Workers(_loop, _loop.CallbackFailed), _events, _log, arguments.Namespace);
        new TaskService(context, new ShimContainers(context, Shutdown)).AddTo(_server);
    }

    internal static int Run(ShimArguments arguments)
    {
        using ServeCommand command = new(arguments);
        OwnedFd listener = arguments.Socket.Length > 0 ? UnixSockets.Listen(arguments.Socket) : new OwnedFd(ListenerFd);
        return command.Serve(listener);
    }

    public void Dispose()
    {
        _server.Dispose();
        _events.Dispose();
        _loop.Dispose();
        _log.Dispose();
    }

    private int Serve(OwnedFd listener)
    {
        Processes.BecomeSubreaper();
        // Five hundred execs at once need more than the 1024 that systemd gives.
        OpenFileLimit.Lift();
        using OwnedFd signals = SignalFds.Open(new SignalSet(Startup.ProgramSignals.Blocked));
        using EventRegistration registration = _loop.Watch(signals, PollEvents.Readable, _ => TakeSignals(signals));
        // The socket's directory keeps others away; a socket that was passed on by mistake must not let them in.
        uint self = Processes.EffectiveUid;
        _server.Listen(listener, peer => peer.Uid == self);
        _loop.Run();
        return 0;
    }

    private void TakeSignals(OwnedFd signals)
    {
        while (SignalFds.TryRead(signals, out ReceivedSignal received))
        {
            if (received.Signal == Signals.Child) _reaper.Reap();
            else if (received.Signal is Signals.Terminate or Signals.Interrupt) Shutdown();
        }
    }

    /// <summary>
    /// Answers what was asked, tells what happened, and ends. Containers, if any, live on. On the loop's thread, and at once: no
    /// create may be accepted between the decision and this.
    /// </summary>
    private void Shutdown()
    {
        if (_isShuttingDown) return;
        _isShuttingDown = true;
        // A container of the same pod that starts now must not find a shim that is about to leave.
        RemoveSocket();
        _loop.After(s_shutdownLimit, _loop.Stop);
        _server.Drained = () => _events.WhenEmpty(_loop.Stop);
        _server.StopAccepting();
    }

    private void RemoveSocket()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is not { Length: > 0 } address) return;
        try
        {
            ShimSocket.Remove(address);
        }
        catch (LinuxException e)
        {
            _log.Warning(e.Message);
        }
    }
}
