using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;

namespace Cofferdam.Shim.Io;

/// <summary>The streams of one process: what it gets, what the client has, and the relays between them.</summary>
internal sealed class ProcessStreams : IDisposable
{
    private const string StrictLogger = "binary-v2";
    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Workers _workers;
    private readonly ShimLog _log;
    private readonly bool _isTerminal;
    private readonly List<OwnedFd> _childEnds = [];
    private readonly List<OwnedFd> _ourEnds = [];
    private readonly List<IRelay> _relays = [];
    private readonly List<OutputSink> _sinks = [];
    private readonly ManualResetEventSlim _outputEnded = new();
    private InputSource? _input;
    private LoggerProcess? _logger;
    private OutputSink? _output, _error;
    private int _openOutputs;
    private bool _areClosed;

    private ProcessStreams(EventLoop loop, Workers workers, ShimLog log, bool isTerminal)
    {
        _loop = loop;
        _workers = workers;
        _log = log;
        _isTerminal = isTerminal;
    }

    /// <summary>What the process gets; what is absent is /dev/null, as the shim's own. With a terminal it is the terminal.</summary>
    public StandardIo Io { get; private set; } = StandardIo.Inherited;

    /// <summary>Opens what the client named, and makes the pipes. Starts a logger.</summary>
    public static ProcessStreams Open(EventLoop loop, Workers workers, ShimLog log, StdioUris uris, ShimOptions options, string containerdNamespace, string id)
    {
        ProcessStreams streams = new(loop, workers, log, uris.Terminal);
        try
        {
            streams.OpenClientSide(uris, containerdNamespace, id);
            if (!uris.Terminal) streams.MakePipes(options);
            return streams;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <summary>The process has its ends now, or its terminal is here: moves bytes from now on.</summary>
    public void Begin(OwnedFd? console)
    {
        foreach (OwnedFd end in _childEnds) end.Dispose();
        _childEnds.Clear();
        if (_isTerminal && console is not null) ConnectTerminal(console);
        if (_openOutputs == 0) _outputEnded.Set();
        foreach (IRelay relay in _relays) relay.Start();
    }

    /// <summary>The client has no more input.</summary>
    public void CloseStdin() => _input?.Close();

    /// <summary>Waits until all output was passed on.</summary>
    public bool WaitForOutput(TimeSpan limit) => _outputEnded.Wait(limit);

    /// <summary>Closes everything. Waits for a logger, so not on the loop's thread.</summary>
    public void Dispose()
    {
        if (_loop.IsCurrent) throw new InvalidOperationException("streams must not be disposed of on the loop's thread");
        using ManualResetEventSlim closed = new();
        _loop.Post(() =>
        {
            CloseAll();
            closed.Set();
        });
        closed.Wait();
        _input?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
        _logger?.Dispose();
        _outputEnded.Dispose();
    }

    private void OpenClientSide(StdioUris uris, string containerdNamespace, string id)
    {
        if (uris.Stdin.Length > 0) _input = new InputSource(uris.Stdin);
        if (IsLogger(uris.Stdout) || IsLogger(uris.Stderr))
        {
            string uri = IsLogger(uris.Stdout) ? uris.Stdout : uris.Stderr;
            _logger = LoggerProcess.Start(_loop, PathOf(uri), QueryOf(uri), mustSayReady: SchemeOf(uri) == StrictLogger, containerdNamespace, id);
            if (_isTerminal) _output = Track(OutputSink.OfPipe(_logger.Output));
            return;
        }

        _output = OpenSink("stdout", uris.Stdout);
        if (_isTerminal) return;
        _error = uris.Stderr == uris.Stdout && _output is { IsRegular: true } ? _output : OpenSink("stderr", uris.Stderr);
    }

    private OutputSink? OpenSink(string field, string uri) => SchemeOf(uri) switch
    {
        "" => null,
        "fifo" => Track(OutputSink.OpenPath(PathOf(uri))),
        "file" => Track(OutputSink.OpenFile(PathOf(uri))),
        string scheme => throw new CofferdamException(ErrorKind.InvalidArgument, $"{field}: '{uri}': unknown scheme '{scheme}' (hint: fifo, file, binary and binary-v2 are known)"),
    };

    private OutputSink Track(OutputSink sink)
    {
        _sinks.Add(sink);
        return sink;
    }

    private void MakePipes(ShimOptions options)
    {
        OwnedFd? input = null;
        if (_input is not null)
        {
            (input, OwnedFd write) = MakePipe(options);
            _childEnds.Add(input);
            _ourEnds.Add(write);
            Files.SetNonBlocking(write, true);
            InputSource source = _input;
            _relays.Add(new Relay(_loop, source.File, write, source.IsPipe, () =>
            {
                write.Dispose();
                source.Dispose();
            }));
        }

        Io = _logger is null
            ? new StandardIo { Input = input, Output = PipeTo(_output, "stdout", options), Error = PipeTo(_error, "stderr", options) }
            : new StandardIo { Input = input, Output = _logger.Output, Error = _logger.Error };
        // The logger must see the end of its input when the process has ended.
        if (_logger is not null) _childEnds.AddRange([_logger.Output, _logger.Error]);
    }

    private OwnedFd? PipeTo(OutputSink? sink, string name, ShimOptions options)
    {
        if (sink is null) return null;
        (OwnedFd read, OwnedFd write) = MakePipe(options);
        _childEnds.Add(write);
        AddOutput(read, sink, name, isPipe: true);
        return write;
    }

    private static (OwnedFd Read, OwnedFd Write) MakePipe(ShimOptions options)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        // A program may open its own stream again by its name in /proc.
        if ((options.IoUid | options.IoGid) != 0) Files.Chown(read, options.IoUid, options.IoGid);
        return (read, write);
    }

    private void AddOutput(OwnedFd source, OutputSink sink, string name, bool isPipe)
    {
        _ourEnds.Add(source);
        Files.SetNonBlocking(source, true);
        _openOutputs++;
        _relays.Add(sink.IsRegular ? new FileRelay(_loop, _workers, source, sink.File, Ended, Failed) : new Relay(_loop, source, sink.File, isPipe && sink.IsPipe, Ended, Failed));

        void Ended()
        {
            source.Dispose();
            EndOutput(sink);
        }

        void Failed(Errno errno) => _log.Warning($"{name}: write: {errno.Describe()}; what follows is dropped");
    }

    private void EndOutput(OutputSink sink)
    {
        _openOutputs--;
        // A file may be the sink of both streams.
        if ((_openOutputs == 0 || !sink.IsRegular) && !sink.Finish()) LetGoLater(sink, s_shortestHold);
        if (_openOutputs == 0) _outputEnded.Set();
    }

    /// <summary>Nobody reads, and there is something to read: whoever comes must find it, and after it the end.</summary>
    private void LetGoLater(OutputSink sink, TimeSpan pause) => _loop.After(pause, () =>
    {
        if (!_areClosed && !sink.TryLetGo()) LetGoLater(sink, pause * 2 < s_longestHold ? pause * 2 : s_longestHold);
    });

    private void ConnectTerminal(OwnedFd console)
    {
        // Read even if nobody wants it: a program waits for a terminal that is full.
        AddOutput(Files.Duplicate(console), _output ?? Track(OutputSink.OpenPath("/dev/null")), "terminal", isPipe: false);
        if (_input is null) return;
        OwnedFd keyboard = Files.Duplicate(console);
        _ourEnds.Add(keyboard);
        InputSource source = _input;
        _relays.Add(new Relay(_loop, source.File, keyboard, arePipes: false, () =>
        {
            keyboard.Dispose();
            source.Dispose();
        }));
    }

    private void CloseAll()
    {
        _areClosed = true;
        foreach (IRelay relay in _relays) relay.Dispose();
        foreach (OwnedFd end in _childEnds) end.Dispose();
        foreach (OwnedFd end in _ourEnds) end.Dispose();
        foreach (OutputSink sink in _sinks) sink.Dispose();
    }

    private static bool IsLogger(string uri) => SchemeOf(uri) is "binary" or StrictLogger;

    private static string SchemeOf(string uri)
    {
        if (uri.Length == 0) return "";
        int colon = uri.IndexOf("://", StringComparison.Ordinal);
        return colon > 0 ? uri[..colon] : "fifo";
    }

    // The path of a fifo is itself; containerd escapes those of URIs. Not by Uri: others do not, and a path may hold what they ought to.
    private static string PathOf(string uri)
    {
        int colon = uri.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0) return uri;
        int query = uri.IndexOf('?', StringComparison.Ordinal);
        return Uri.UnescapeDataString(query < 0 ? uri[(colon + 3)..] : uri[(colon + 3)..query]);
    }

    private static string QueryOf(string uri)
    {
        int query = uri.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? "" : uri[(query + 1)..];
    }
}
