using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>
/// A <c>binary://</c> logger: a program that gets the output as descriptors 3 and 4 and closes 5 when it is ready
/// (containerd, core/runtime/v2/logging). What the URI's query says it gets as arguments and variables.
/// </summary>
internal sealed class LoggerProcess : IDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_endOfInputLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_terminateLimit = TimeSpan.FromSeconds(12);

    private readonly ChildProcess _process;
    private readonly Lock _reaping = new();
    private EventRegistration? _registration;

    private LoggerProcess(EventLoop loop, ChildProcess process, OwnedFd output, OwnedFd error)
    {
        _process = process;
        Output = output;
        Error = error;
        // One that dies early must not stay a zombie: the kernel would show it before all orphans, for as long as the container lives.
        loop.Post(() => _registration = ChildEnd.Watch(loop, process.Pidfd, () => TryReap() is not null));
    }

    /// <summary>The writing end of what it reads as standard output.</summary>
    public OwnedFd Output { get; }

    public OwnedFd Error { get; }

    /// <param name="loop">Where its end is waited for.</param>
    /// <param name="path">The program.</param>
    /// <param name="query">The URI's query.</param>
    /// <param name="mustSayReady">It must write a byte when it is ready (<c>binary-v2://</c>); otherwise the end of 5 will do.</param>
    /// <param name="containerdNamespace">Told to it.</param>
    /// <param name="id">The container's id, or the exec's.</param>
    public static LoggerProcess Start(EventLoop loop, string path, string query, bool mustSayReady, string containerdNamespace, string id)
    {
        LoggerOptions options = LoggerOptions.Parse(query);
        (OwnedFd outputRead, OwnedFd output) = Pipes.Create();
        (OwnedFd errorRead, OwnedFd error) = Pipes.Create();
        (OwnedFd readyRead, OwnedFd ready) = Pipes.Create();
        using (outputRead)
        using (errorRead)
        using (readyRead)
        {
            ChildProcess? process = null;
            try
            {
                using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadWrite);
                process = ChildProcess.Start(new ChildStart
                {
                    Path = path,
                    Arguments = [path, .. options.Arguments],
                    Environment = [$"CONTAINER_ID={id}", $"CONTAINER_NAMESPACE={containerdNamespace}", .. options.Environment],
                    StandardInput = nothing,
                    StandardOutput = nothing,
                    StandardError = nothing,
                    ExtraFds = [outputRead, errorRead, ready],
                });
                ready.Dispose();
                AwaitReady(readyRead, path, mustSayReady);
                return new LoggerProcess(loop, process, output, error);
            }
            catch
            {
                ready.Dispose();
                output.Dispose();
                error.Dispose();
                process?.Kill();
                process?.Wait();
                process?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Waits for its end after that of its input; one that stays is asked, and then killed. Takes time.</summary>
    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
        if (!Poll.UntilReadable(_process.Pidfd, s_endOfInputLimit))
        {
            Processes.TrySendSignal(_process.Pidfd, Signals.Terminate, out _);
            if (!Poll.UntilReadable(_process.Pidfd, s_terminateLimit))
            {
                Processes.TrySendSignal(_process.Pidfd, Signals.Kill, out _);
                Poll.UntilReadable(_process.Pidfd);
            }
        }

        Processes.Wait(_process.Pidfd, null, TryReap);
        _registration?.Dispose();
        _process.Dispose();
    }

    // The status is remembered, so that it may be asked for twice; but not by two threads at once.
    private ExitStatus? TryReap()
    {
        lock (_reaping) return _process.Wait(TimeSpan.Zero);
    }

    private static void AwaitReady(OwnedFd ready, string path, bool mustSayReady)
    {
        if (!Poll.UntilReadable(ready, s_startLimit)) throw new CofferdamException(ErrorKind.DeadlineExceeded, $"logger '{path}': not ready after {s_startLimit.TotalSeconds} s");
        bool said = Files.Read(ready, stackalloc byte[1]) > 0;
        if (mustSayReady && !said) throw new CofferdamException(ErrorKind.Unavailable, $"logger '{path}': ended before it was ready");
    }
}
