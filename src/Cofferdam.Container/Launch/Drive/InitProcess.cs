using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>A running init: the parent's end of the conversation in <see cref="InitMessageKind"/>.</summary>
// SAFETY: messages are blittable structures of a fixed size, received whole over SOCK_SEQPACKET.
internal sealed unsafe class InitProcess : IDisposable
{
    private readonly OwnedFd _sync;
    private readonly OwnedFd _blob;
    private readonly OwnedFd? _hookOutput;
    private readonly int _timesOffset;
    private readonly int _stepCount;
    private readonly ExpectedChild? _fork;
    private ExitStatus? _status;

    private InitProcess(int pid, OwnedFd pidfd, OwnedFd sync, OwnedFd blob, OwnedFd? hookOutput, int timesOffset, int stepCount, ExpectedChild? fork)
    {
        _fork = fork;
        Pid = pid;
        Pidfd = pidfd;
        _sync = sync;
        _blob = blob;
        _hookOutput = hookOutput;
        _timesOffset = timesOffset;
        _stepCount = stepCount;
    }

    public int Pid { get; private set; }

    /// <summary>Belongs to the caller once <see cref="ReleasePidfd"/> was called.</summary>
    public OwnedFd Pidfd { get; private set; }

    /// <summary>Encodes the plan, opens what it asks for, and starts init.</summary>
    public static InitProcess Start(LaunchPlan plan, InitProcessOptions options)
    {
        using var inherited = new InheritedFds(renumbered: !InitExecutable.CanClone, plan.PreserveFds);
        (OwnedFd sync, OwnedFd initSync) = UnixSockets.SeqPacketPair();
        OwnedFd? blob = null, hookOutput = null;
        // Init forks with CLONE_PARENT, so that the child becomes ours.
        ExpectedChild? fork = plan.Forks ? OwnChildren.Expect() : null;
        try
        {
            blob = Memfds.Create("coffer-plan");
            hookOutput = plan.HasHooks ? Memfds.Create("coffer-hooks") : null;
            int blobNumber = inherited.Add(blob);
            InitBlob header = EmptyHeader();
            header.SyncFd = inherited.Own(initSync);
            header.FifoFd = options.Fifo is null ? -1 : inherited.Add(options.Fifo);
            header.HookOutputFd = hookOutput is null ? -1 : inherited.Add(hookOutput);
            var encoder = new BlobEncoder();
            var descriptors = new PlanDescriptors(inherited, options.ContainerInit);
            ReadOnlySpan<byte> content = encoder.Encode(plan, descriptors.Open, header, options.Timed);
            Files.WriteAll(blob, content[..^InitBlob.ScratchSize]);
            Files.Truncate(blob, content.Length);
            (int pid, OwnedFd pidfd) = InitSpawn.Start(plan.CloneFlags, options.Cgroup?.CloneInto, inherited, blobNumber, options.Io);
            return new InitProcess(pid, pidfd, sync, blob, hookOutput, encoder.TimesOffset, plan.Steps.Count, fork);
        }
        catch
        {
            sync.Dispose();
            blob?.Dispose();
            hookOutput?.Dispose();
            fork?.Dispose();
            throw;
        }
    }

    /// <summary>The next message; false at end of file. A fork of init is followed here and told too.</summary>
    public bool Receive(out InitMessage message, out OwnedFd? fd)
    {
        message = default;
        var fds = new List<OwnedFd>();
        int length = UnixSockets.Receive(_sync, MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref message, 1)), fds);
        fd = fds.Count > 0 ? fds[0] : null;
        if (length == 0) return false;
        if (length != Unsafe.SizeOf<InitMessage>())
            throw new CofferdamException(ErrorKind.Internal, $"receiving from init: {length} bytes are no message");
        if (message.Kind == InitMessageKind.Forked) FollowFork((int)message.Value);
        return true;
    }

    /// <summary>Lets init go on, with the descriptors that it asked for.</summary>
    public void Go(params ReadOnlySpan<int> fds)
    {
        InitMessage message = default;
        message.Kind = InitMessageKind.Go;
        try
        {
            UnixSockets.SendFd(_sync, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref message, 1)), fds);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // Init was killed. The end of file that follows tells so, with its exit status.
        }
    }

    /// <summary>Ends init and waits for it. Its children in a pid namespace of its own end with it.</summary>
    public ExitStatus Kill()
    {
        Processes.TrySendSignal(Pidfd, Signals.Kill, out _);
        ExitStatus status = Reap();
        // What it said last may be of a fork that nobody has followed yet.
        while (Poll.UntilReadable(_sync, TimeSpan.Zero) && Receive(out InitMessage message, out OwnedFd? fd))
        {
            fd?.Dispose();
            if (message.Kind != InitMessageKind.Forked) continue;
            Processes.TrySendSignal(Pidfd, Signals.Kill, out _);
            return Reap();
        }

        return status;
    }

    /// <summary>Waits for the end of init; may be called again.</summary>
    public ExitStatus Reap() => _status ??= Processes.Wait(Pidfd) ?? default;

    public OwnedFd ReleasePidfd()
    {
        OwnedFd pidfd = Pidfd;
        Pidfd = new OwnedFd(-1);
        return pidfd;
    }

    /// <summary>What the hooks that ran in init printed, at most its last 2 KiB.</summary>
    public string ReadHookOutput()
    {
        if (_hookOutput is null) return "";
        Files.Seek(_hookOutput, Math.Max(0, Files.Stat(_hookOutput).Size - 2048));
        return Encoding.UTF8.GetString(Files.ReadAll(_hookOutput)).Trim();
    }

    /// <summary>When each step ended, as CLOCK_MONOTONIC nanoseconds; 0 for steps not reached. Empty without timings.</summary>
    public long[] ReadTimes()
    {
        if (_timesOffset == 0) return [];
        long[] times = new long[_stepCount];
        Files.Seek(_blob, _timesOffset);
        _ = Files.Read(_blob, MemoryMarshal.AsBytes(times.AsSpan()));
        return times;
    }

    public void Dispose()
    {
        Pidfd.Dispose();
        _sync.Dispose();
        _blob.Dispose();
        _hookOutput?.Dispose();
        _fork?.Dispose();
    }

    private void FollowFork(int pid)
    {
        OwnChildren.Add(pid);
        _fork?.Dispose();
        OwnedFd child = Processes.OpenPidfd(pid);
        Reap();
        _status = null;
        Pidfd.Dispose();
        Pidfd = child;
        Pid = pid;
    }

    private static InitBlob EmptyHeader() => new()
    {
        RootFd = -1, HostProcFd = -1, HostNullFd = -1, MaskFd = -1, TerminalFd = -1, SyncFd = -1, FifoFd = -1, HookOutputFd = -1,
    };
}
