using System.Net;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>
/// A <c>binary://</c> logger: a program that gets the output as descriptors 3 and 4 and closes 5 when it is ready
/// (containerd, core/runtime/v2/logging). Its arguments are the keys and values of the URI's query.
/// </summary>
internal sealed class LoggerProcess : IDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_endOfInputLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_terminateLimit = TimeSpan.FromSeconds(12);

    private readonly ChildProcess _process;

    private LoggerProcess(ChildProcess process, OwnedFd output, OwnedFd error)
    {
        _process = process;
        Output = output;
        Error = error;
    }

    /// <summary>The writing end of what it reads as standard output.</summary>
    public OwnedFd Output { get; }

    public OwnedFd Error { get; }

    /// <param name="path">The program.</param>
    /// <param name="query">The URI's query.</param>
    /// <param name="containerdNamespace">Told to it.</param>
    /// <param name="id">The container's id, or the exec's.</param>
    public static LoggerProcess Start(string path, string query, string containerdNamespace, string id)
    {
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
                    Arguments = [path, .. ArgumentsOf(query)],
                    Environment = [$"CONTAINER_ID={id}", $"CONTAINER_NAMESPACE={containerdNamespace}"],
                    StandardInput = nothing,
                    StandardOutput = nothing,
                    StandardError = nothing,
                    ExtraFds = [outputRead, errorRead, ready],
                });
                ready.Dispose();
                AwaitReady(readyRead, path);
                return new LoggerProcess(process, output, error);
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
        if (_process.Wait(s_endOfInputLimit) is null)
        {
            _process.Kill(Signals.Terminate);
            if (_process.Wait(s_terminateLimit) is null)
            {
                _process.Kill();
                _process.Wait();
            }
        }

        _process.Dispose();
    }

    // A byte or the end: both mean that it has begun.
    private static void AwaitReady(OwnedFd ready, string path)
    {
        if (!Poll.UntilReadable(ready, s_startLimit)) throw new CofferdamException(ErrorKind.DeadlineExceeded, $"logger '{path}': not ready after {s_startLimit.TotalSeconds} s");
        Files.Read(ready, stackalloc byte[1]);
    }

    private static List<string> ArgumentsOf(string query)
    {
        List<string> arguments = [];
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            arguments.Add(Decode(equals < 0 ? pair : pair[..equals]));
            if (equals >= 0) arguments.Add(Decode(pair[(equals + 1)..]));
        }

        return arguments;
    }

    private static string Decode(string text) => WebUtility.UrlDecode(text);
}
