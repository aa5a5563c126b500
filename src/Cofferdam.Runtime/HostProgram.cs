using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Runtime;

/// <summary>A program of the host, run to its end for its output.</summary>
internal static class HostProgram
{
    /// <summary>What the program prints on both its streams; one that fails is an exception with that text.</summary>
    internal static string Output(IReadOnlyList<string> arguments)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            ChildStart start = new()
            {
                Path = HostPrograms.Find(arguments[0]) ?? throw new CofferdamException(ErrorKind.NotFound, $"program '{arguments[0]}' is not in $PATH"),
                Arguments = arguments,
                Environment = HostPrograms.Variables(),
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
}
