using System.Diagnostics;
using System.Text;

namespace Cofferdam.Clients.Tests;

/// <summary>
/// A place for a daemon: mount, network and pid namespaces of its own, with an empty /run. Bridges, firewall rules,
/// mounts and processes made inside cannot outlive it, whatever a test does; when this process dies, it ends too.
/// </summary>
internal sealed class PrivateHost : IDisposable
{
    // The first process waits at its standard input, which this process holds, and reaps what daemons leave.
    private const string Script = """
        mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/lock && ip link set lo up && echo ready
        while read -r line; do :; done
        """;

    private static int s_count;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Process _holder;
    private readonly List<Process> _daemons = [];

    public PrivateHost(string name)
    {
        Name = $"coffer-clients-{name}-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        Folder = Directory.CreateTempSubdirectory(Name + "-").FullName;
        _holder = Start(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "bash", "-c", Script]);
        string? line = _holder.StandardOutput.ReadLine();
        if (line != "ready")
        {
            throw new InvalidOperationException($"a private host did not come up: {_holder.StandardError.ReadToEnd()}");
        }
    }

    /// <summary>Unique on this machine; also the name of the cgroup below which everything runs.</summary>
    public string Name { get; }

    /// <summary>A folder of the real file system, seen at the same path inside, for sockets and images.</summary>
    public string Folder { get; }

    public Dictionary<string, string> Variables { get; } = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = "/root",
        ["LC_ALL"] = "C",
    };

    /// <summary>Runs a command inside to its end.</summary>
    public CommandResult Run(params IReadOnlyList<string> command) => Run(command, "");

    public CommandResult Run(IReadOnlyList<string> command, string input) => Run(command, input, endInput: true);

    private CommandResult Run(IReadOnlyList<string> command, string input, bool endInput)
    {
        using Process process = Start([.. Enter, .. command]);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Flush();
        if (endInput)
        {
            process.StandardInput.Close();
        }

        if (!process.WaitForExit(s_limit) || !Task.WaitAll([output, errors], s_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"no end within {s_limit}: {string.Join(' ', command)}\nprocesses:\n{Run("ps", "-ef", "--forest").Output}");
        }

        return new CommandResult(string.Join(' ', command), process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs a shell command line inside a terminal of 31 lines and 97 columns; what the terminal shows is the output.</summary>
    // The input stays open: at its end script(1) types an end of file, and a client that reads it before its terminal is raw hangs up.
    public CommandResult RunInTerminal(IReadOnlyList<string> command, string typed) =>
        Run(["script", "-qefc", "stty rows 31 cols 97; " + string.Join(' ', command.Select(Quote)), "/dev/null"], typed, endInput: false);

    /// <summary>Starts a command inside; the task ends with it.</summary>
    public Task<CommandResult> Begin(IReadOnlyList<string> command) =>
        Task.Factory.StartNew(() => Run(command), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a command inside until it prints a line with <paramref name="text"/>, then ends it.</summary>
    public void RunUntil(IReadOnlyList<string> command, string text)
    {
        using Process process = Start([.. Enter, .. command]);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_limit);
        string? line;
        do
        {
            line = process.StandardOutput.ReadLineAsync(limit.Token).AsTask().Result;
        }
        while (line != null && !line.Contains(text, StringComparison.Ordinal));

        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.True(line != null, $"'{text}' was not printed by {string.Join(' ', command)}");
    }

    /// <summary>Starts a daemon and waits for the line of its log that says it is ready.</summary>
    public void StartDaemon(IReadOnlyList<string> command, string readyLine)
    {
        Process daemon = Start([.. Enter, .. command]);
        _daemons.Add(daemon);
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new StringBuilder();
        daemon.OutputDataReceived += (_, _) => { };
        daemon.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }

            if (line.Data == null || line.Data.Contains(readyLine, StringComparison.Ordinal))
            {
                ready.TrySetResult(line.Data != null);
            }
        };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        if (!ready.Task.Wait(s_limit) || !ready.Task.Result)
        {
            lock (log)
            {
                throw new InvalidOperationException($"{command[0]} did not say '{readyLine}':\n{log}");
            }
        }
    }

    public void Dispose()
    {
        // Ends the first process and with it, by the kernel's rule for pid namespaces, all others inside.
        _holder.Kill();
        _holder.WaitForExit();
        foreach (Process daemon in _daemons)
        {
            daemon.WaitForExit();
            daemon.Dispose();
        }

        _holder.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private string[] Enter =>
    [
        "nsenter", $"--mount=/proc/{_holder.Id}/ns/mnt", $"--net=/proc/{_holder.Id}/ns/net",
        $"--pid=/proc/{_holder.Id}/ns/pid_for_children", $"--wd={Folder}", "--",
    ];

    private Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
