using System.Collections;

namespace Cofferdam.Linux;

/// <summary>Programs of the host that are found by their names: CRIU, ps, a mount helper, another runtime.</summary>
public static class HostPrograms
{
    private const int LongestOutput = 1 << 20;
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The path of a program by its name, or null if it is nowhere in $PATH.</summary>
    public static string? Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } value ? value : DefaultPath;
        foreach (string directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = $"{directory}/{name}";
            if (Files.IsExecutable(candidate)) return candidate;
        }

        return null;
    }

    /// <summary>Runs one to its end, without input.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, with the zeroth.</param>
    /// <param name="withErrors">Whether its standard error is taken, too; otherwise it is this process's.</param>
    /// <returns>How it ended, and what it wrote.</returns>
    public static (ExitStatus Status, byte[] Output) Run(string path, IReadOnlyList<string> arguments, bool withErrors)
    {
        using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadOnly);
        // A file and not a pipe: what stays in the background would hold that open.
        using OwnedFd output = Memfds.Create("output");
        using ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = path,
            Arguments = arguments,
            Environment = Variables(),
            StandardInput = nothing,
            StandardOutput = output,
            StandardError = withErrors ? output : null,
        });
        ExitStatus status = child.Wait()!.Value;
        Files.Seek(output, 0);
        return (status, Files.ReadAll(output, LongestOutput));
    }

    /// <summary>The environment of this process, which they get, as NAME=value.</summary>
    public static List<string> Variables()
    {
        List<string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }
}
