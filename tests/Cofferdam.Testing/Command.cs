using System.Diagnostics;

namespace Cofferdam.Testing;

/// <summary>A command with files as its standard streams, so that a container which outlives the runtime and keeps
/// them open does not keep the reader waiting, and with a deadline: a hanging command is killed and reported.</summary>
public sealed class Command : IDisposable
{
    /// <summary>Even a killed process may stay, frozen or in the kernel: then the test fails by its leak, and goes on.</summary>
    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(5);

    private static int s_next;

    private readonly Process _process;
    private readonly string _line;
    private readonly string _files;
    private bool _disposed;

    private Command(Process process, string line, string files)
    {
        _process = process;
        _line = line;
        _files = files;
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Stdout => ReadOrEmpty(_files + ".out");

    public string Stderr => ReadOrEmpty(_files + ".err");

    public static CommandResult Run(IReadOnlyList<string> argv, CommandOptions options)
    {
        using Command command = Start(argv, options);
        return command.Wait(options.Timeout);
    }

    public static Command Start(IReadOnlyList<string> argv, CommandOptions options)
    {
        string files = Path.Combine(options.Directory, $"cmd{Interlocked.Increment(ref s_next)}");
        if (options.Stdin is not null)
            File.WriteAllText(files + ".in", options.Stdin);
        string streams = options.Terminal is { } terminal
            ? $"exec setsid -c \"$@\" <>{terminal} >&0 2>&0"
            : $"exec \"$@\" >{files}.out 2>{files}.err {options.Redirection ?? "<" + (options.Stdin is null ? "/dev/null" : files + ".in")}";
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = options.WorkingDirectory ?? options.Directory };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{options.Prelude}\n{streams}");
        start.ArgumentList.Add("sh");
        foreach (string argument in argv)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach ((string name, string value) in Surroundings.Session)
            start.Environment[name] = value;
        foreach ((string name, string value) in options.Environment)
            start.Environment[name] = value;
        return new Command(Process.Start(start)!, string.Join(' ', argv), files);
    }

    public CommandResult Wait(TimeSpan? timeout = null)
    {
        bool exited = _process.WaitForExit(timeout ?? CommandOptions.DefaultTimeout);
        if (!exited)
        {
            string where = DescribeStuck();
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(s_afterKill);
            return new CommandResult(_line, _process.HasExited ? _process.ExitCode : -1, Stdout, Stderr + where, TimedOut: true);
        }
        return new CommandResult(_line, _process.ExitCode, Stdout, Stderr, TimedOut: false);
    }

    public void Signal(int signal) => Libc.kill(_process.Id, signal);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(s_afterKill);
        }
        _process.Dispose();
    }

    /// <summary>Where a hanging process waits in the kernel: the first thing that one wants to know.</summary>
    private string DescribeStuck()
    {
        var text = new System.Text.StringBuilder("\n--- stuck in");
        foreach (int pid in Processes.Tree(_process.Id))
            text.Append($"\n{pid} {Processes.CommandLine(pid)}: {ReadOrEmpty($"/proc/{pid}/syscall").Trim()} {ReadOrEmpty($"/proc/{pid}/wchan")}");
        return text.ToString();
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
