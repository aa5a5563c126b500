using System.Text;
using System.Text.Json;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;

namespace Cofferdam.Shim.Runtimes;

/// <summary>A runtime with runc's command line, and what it says when it fails: the last error of its JSON log.</summary>
internal sealed class RuntimeProgram
{
    private readonly string _path;
    private readonly string _logFile;
    private readonly List<string> _global;

    public RuntimeProgram(ShimOptions options, string containerdNamespace, string bundle)
    {
        _path = Find(options.BinaryName);
        _logFile = Path.Join(bundle, "log.json");
        _global = [_path, "--root", options.Root.Length > 0 ? $"{options.Root}/{containerdNamespace}" : $"/run/containerd/{Path.GetFileName(_path)}/{containerdNamespace}", "--log", _logFile, "--log-format", "json"];
        if (options.SystemdCgroup) _global.Add("--systemd-cgroup");
    }

    /// <summary>Runs a command to its end.</summary>
    public void Run(params IReadOnlyList<string> arguments) => Run(arguments, StandardIo.Inherited);

    /// <summary>Runs a command to its end with the streams that are for the container's process.</summary>
    /// <exception cref="CofferdamException">It failed; the message is its own.</exception>
    public void Run(IReadOnlyList<string> arguments, StandardIo io)
    {
        Files.TryUnlink(_logFile, out _);
        using ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = _path,
            Arguments = [.. _global, .. arguments],
            Environment = HostPrograms.Variables(),
            StandardInput = io.Input,
            StandardOutput = io.Output,
            StandardError = io.Error,
        });
        ExitStatus status = child.Wait()!.Value;
        if (status != default) throw new CofferdamException(ErrorKind.Unknown, LastError() ?? $"{Path.GetFileName(_path)} {arguments[0]}: ended with {status.ShellCode}");
    }

    private string? LastError()
    {
        if (!Files.TryReadText(_logFile, out string? text, out _)) return null;
        string? last = null;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryReadError(line) is { } error) last = error;
        }

        return last;
    }

    // {"level":"error","msg":"…","time":"…"}
    private static string? TryReadError(string line)
    {
        string? level = null, message = null;
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(line));
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                bool isLevel = reader.ValueTextEquals("level"u8), isMessage = reader.ValueTextEquals("msg"u8);
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) continue;
                if (isLevel) level = reader.GetString();
                else if (isMessage) message = reader.GetString();
            }
        }
        catch (JsonException)
        {
            // A line that was cut off by the end of the program.
        }

        return level is "error" or "fatal" ? message : null;
    }

    /// <exception cref="CofferdamException">InvalidArgument: it is nowhere in $PATH.</exception>
    public static string Find(string name) => name.Contains('/', StringComparison.Ordinal) ? name
        : HostPrograms.Find(name) ?? throw new CofferdamException(ErrorKind.InvalidArgument, $"options.binary_name: program '{name}' is not in $PATH");
}
