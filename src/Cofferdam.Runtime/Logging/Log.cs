using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Runtime.Logging;

/// <summary>The log of one run of the program: to stderr, or appended to the file of --log, or to the system's log.</summary>
internal sealed class Log : IDisposable
{
    private readonly LogLevel _level;
    private readonly bool _json;
    private readonly OwnedFd? _file;
    private readonly SystemLog? _system;

    private Log() => _level = LogLevel.Warning;

    internal Log(GlobalOptions options)
    {
        _level = options.LogLevel;
        _json = options.LogJson;
        if (options.LogPath is { } log && (_system = SystemLog.Parse(log)) is not null) return;
        // crun's spelling of a file backend is accepted too.
        string? path = options.LogPath is ['f', 'i', 'l', 'e', ':', .. var rest] ? rest : options.LogPath;
        if (path is not null && path != "/dev/stderr")
        {
            _file = Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, 0x1A4);
        }
    }

    /// <summary>For what goes wrong before the options are known.</summary>
    internal static Log ToStandardError => new();

    internal bool IsDebug => _level == LogLevel.Debug;

    internal void Debug(string message) => Write(LogLevel.Debug, message);

    internal void Warning(string message) => Write(LogLevel.Warning, message);

    /// <summary>The one line that ends a failed run. With a log file, stderr gets the bare message too, as runc does.</summary>
    internal void Fatal(string message)
    {
        Write(LogLevel.Error, message);
        if (_file is not null || _system is not null) StandardStreams.WriteErrorLine(message);
    }

    public void Dispose() => _file?.Dispose();

    private void Write(LogLevel level, string message)
    {
        if (level < _level) return;
        if (_system is not null && TrySend(level, message)) return;
        DateTime now = DateTime.UtcNow;
        string line = _json ? LogLine.Json(level, message, now) : LogLine.Text(level, message, now);
        if (_file is null) StandardStreams.WriteErrorLine(line);
        else Files.WriteAll(_file, Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>A line that nobody takes must not be lost, nor hide what it was about.</summary>
    private bool TrySend(LogLevel level, string message)
    {
        try
        {
            _system!.Write(level, message);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
