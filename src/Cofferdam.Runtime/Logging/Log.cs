using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Runtime.Logging;

/// <summary>The log of one run of the program: to stderr, or appended to the file of --log.</summary>
internal sealed class Log : IDisposable
{
    private readonly LogLevel _level;
    private readonly bool _json;
    private readonly OwnedFd? _file;

    private Log() => _level = LogLevel.Warning;

    internal Log(GlobalOptions options)
    {
        _level = options.LogLevel;
        _json = options.LogJson;
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
        if (_file is not null) StandardStreams.WriteErrorLine(message);
    }

    public void Dispose() => _file?.Dispose();

    private void Write(LogLevel level, string message)
    {
        if (level < _level) return;
        DateTime now = DateTime.UtcNow;
        string line = _json ? LogLine.Json(level, message, now) : LogLine.Text(level, message, now);
        if (_file is null) StandardStreams.WriteErrorLine(line);
        else Files.WriteAll(_file, Encoding.UTF8.GetBytes(line + "\n"));
    }
}
