using System.Runtime.ExceptionServices;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// A running <c>criu swrk</c>: CRIU as a child that takes requests from a SEQPACKET socket, for as long as both live. If we
/// die, it sees the end of the socket at its next notification, takes back what it did, and leaves.
/// </summary>
internal sealed class CriuSession : IDisposable
{
    /// <summary>The version with the notification "status-ready", and the oldest that crun takes too.</summary>
    public const int OldestVersion = 31500;

    /// <summary>Where descriptors beyond the standard streams and the socket begin in CRIU.</summary>
    public const int FirstInheritedFd = 4;

    private const int LongestMessage = 1 << 16;
    private const int LongestOutput = 4096;

    private readonly ChildProcess _criu;
    private readonly OwnedFd _socket;
    private readonly OwnedFd _output;
    private bool _reaped;

    private CriuSession(ChildProcess criu, OwnedFd socket, OwnedFd output)
    {
        _criu = criu;
        _socket = socket;
        _output = output;
    }

    public int Pid => _criu.Id;

    /// <summary>Starts CRIU in the namespaces of the calling thread.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="terminal">The standard streams, for a restore that takes its terminal from them; else CRIU gets none.</param>
    /// <param name="inherited">Descriptors that it gets from <see cref="FirstInheritedFd"/> on.</param>
    public static CriuSession Start(string program, StandardIo? terminal = null, IReadOnlyList<OwnedFd>? inherited = null)
    {
        (OwnedFd ours, OwnedFd theirs) = UnixSockets.SeqPacketPair();
        OwnedFd output = Memfds.Create("criu");
        using (theirs)
        using (OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadWrite))
        {
            try
            {
                ChildProcess criu = ChildProcess.Start(new ChildStart
                {
                    Path = program,
                    Arguments = ["criu", "swrk", "3"],
                    // It starts iptables and others by name.
                    Environment = HostPrograms.Variables(),
                    StandardInput = terminal is null ? nothing : terminal.Input,
                    StandardOutput = terminal is null ? output : terminal.Output,
                    StandardError = terminal is null ? output : terminal.Error,
                    ExtraFds = [theirs, .. inherited ?? []],
                });
                return new CriuSession(criu, ours, output);
            }
            catch
            {
                ours.Dispose();
                output.Dispose();
                throw;
            }
        }
    }

    /// <summary>Asks for the version, and refuses one that is too old.</summary>
    /// <returns>31500 for 3.15.</returns>
    public int RequireVersion(int oldest, string use)
    {
        ProtobufWriter request = new();
        request.Number(1, (int)CriuRequestType.Version);
        request.Switch(4, true);   // keep_open
        int version = Exchange(request.Written, null).Version;
        return version >= oldest ? version : throw new CofferdamException(ErrorKind.FailedPrecondition,
            $"criu {VersionText(version)}: too old for {use}, which needs {VersionText(oldest)}");
    }

    /// <summary>Asks whether CRIU and the kernel can do what the options need.</summary>
    public void RequireFeatures(bool memoryTracking, bool lazyPages)
    {
        if (!memoryTracking && !lazyPages) return;
        ProtobufWriter features = new();
        features.Switch(1, memoryTracking);
        features.Switch(2, lazyPages);
        ProtobufWriter request = new();
        request.Number(1, (int)CriuRequestType.FeatureCheck);
        request.Switch(4, true);   // keep_open
        request.Message(5, features);
        CriuResponse response = Exchange(request.Written, null);
        if (memoryTracking && !response.TracksMemory)
            throw Missing("memory tracking", "pre-dumps and parent images", "CONFIG_MEM_SOFT_DIRTY");
        if (lazyPages && !response.HasLazyPages)
            throw Missing("lazy pages", "--lazy-pages", "CONFIG_USERFAULTFD, and a criu that was built with it");
    }

    /// <summary>Performs a request and waits for CRIU's end.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="notified">Called at each stage; an exception makes CRIU take back what it did, and is thrown again here.</param>
    public CriuResponse Perform(CriuRequest request, Action<CriuNotification> notified)
    {
        CriuResponse response = Exchange(request.Encode(), notified);
        _socket.Dispose();
        ExitStatus status = Reap();
        // After a pre-dump CRIU waits for the next one, and takes the end of the socket for a mistake.
        if (status != default && request.Type != CriuRequestType.PreDump) throw new CofferdamException(ErrorKind.Unknown, $"criu ended with {status.ShellCode}");
        return response;
    }

    public void Dispose()
    {
        _socket.Dispose();
        Reap();
        _criu.Dispose();
        _output.Dispose();
    }

    private ExitStatus Reap()
    {
        if (_reaped) return default;
        _reaped = true;
        return _criu.Wait()!.Value;
    }

    private CriuResponse Exchange(ReadOnlySpan<byte> request, Action<CriuNotification>? notified)
    {
        ExceptionDispatchInfo? failure = null;
        Send(request);
        List<OwnedFd> fds = [];
        while (true)
        {
            CriuResponse response = Receive(fds);
            try
            {
                if (response.Type != CriuRequestType.Notify || !response.Success)
                {
                    failure?.Throw();
                    return response.Success ? response : throw new CofferdamException(ErrorKind.FailedPrecondition, $"criu refuses{Reason(response)}");
                }

                // Notifications go on while CRIU takes things back; then there is nothing more to do.
                if (failure is null) notified?.Invoke(new CriuNotification(response.Stage, response.StagePid, fds));
            }
            catch (Exception e) when (response.Type == CriuRequestType.Notify && failure is null && response.Success)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                foreach (OwnedFd fd in fds) fd.Dispose();
                fds.Clear();
            }

            Answer(failure is null);
        }
    }

    private void Answer(bool goOn)
    {
        ProtobufWriter answer = new();
        answer.Number(1, (int)CriuRequestType.Notify);
        answer.Switch(3, goOn);   // notify_success
        Send(answer.Written);
    }

    private void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            UnixSockets.SendFd(_socket, message);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            throw Died();
        }
    }

    private CriuResponse Receive(List<OwnedFd> fds)
    {
        byte[] buffer = new byte[LongestMessage];
        int length;
        try
        {
            length = UnixSockets.Receive(_socket, buffer, fds);
        }
        catch (LinuxException e) when (e.Errno == Errno.ECONNRESET)
        {
            length = 0;
        }

        return length > 0 ? CriuResponse.Parse(buffer.AsSpan(0, length)) : throw Died();
    }

    /// <summary>What CRIU said before it had a log: a missing library, a kernel that it does not know.</summary>
    private CofferdamException Died()
    {
        ExitStatus status = Reap();
        byte[] text = new byte[LongestOutput];
        Files.Seek(_output, 0);
        int length = Files.Read(_output, text);
        string said = Encoding.UTF8.GetString(text, 0, length).Trim().ReplaceLineEndings("; ");
        return new CofferdamException(ErrorKind.Unknown, $"criu ended with {status.ShellCode}{(said.Length > 0 ? ": " + said : "")}");
    }

    private static string Reason(CriuResponse response) =>
        response.Errno != 0 ? $": {((Errno)response.Errno).Describe()}" : "";

    private static CofferdamException Missing(string feature, string use, string kernel) => new(
        ErrorKind.FailedPrecondition,
        $"criu or this kernel lacks {feature}, which {use} need (hint: the kernel needs {kernel})");

    private static string VersionText(int version) =>
        version % 100 == 0 ? $"{version / 10000}.{version / 100 % 100}" : $"{version / 10000}.{version / 100 % 100}.{version % 100}";
}
