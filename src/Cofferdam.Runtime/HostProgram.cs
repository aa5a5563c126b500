using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Runtime;

/// <summary>A program of the host, run to its end for its output.</summary>
internal static class HostProgram
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What the program prints on both its streams; one that fails is an exception with that text.</summary>
    internal static string Output(IReadOnlyList<string> arguments)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            ChildStart start = new()
            {
                Path = Find(arguments[0]),
                Arguments = arguments,
                Environment = CallerEnvironment.Variables(),
                StandardOutput = write,
                StandardError = write,
            };
            using ChildProcess child = ChildProcess.Start(start);
            write.Dispose();
            string output = Encoding.UTF8.GetString(Files.ReadAll(read, path: arguments[0]));
            ExitStatus status = child.Wait()!.Value;
            if (status != default) throw new CofferdamException(ErrorKind.Unknown, $"{arguments[0]} ended with {status.ShellCode}: {output.Trim()}");
            return output;
        }
    }

    private static string Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } value ? value : DefaultPath;
        foreach (string directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = $"{directory}/{name}";
            if (Files.IsExecutable(candidate)) return candidate;
        }
        throw new CofferdamException(ErrorKind.NotFound, $"program '{name}' is not in $PATH");
    }
}
