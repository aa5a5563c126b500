using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Runtime.Logging;

/// <summary>crun's other places for the log: <c>journald:NAME</c> and <c>syslog:NAME</c>. Each line is a datagram.</summary>
internal sealed class SystemLog
{
    private const string DefaultName = "coffer-oci";

    private readonly string _name;
    private readonly string _socket;
    private readonly bool _isJournal;

    private SystemLog(string name, string socket, bool isJournal)
    {
        _name = name.Length > 0 ? name : DefaultName;
        _socket = socket;
        _isJournal = isJournal;
    }

    /// <summary>The place that a value of <c>--log</c> names, or null if it is a file.</summary>
    /// <param name="log">The value.</param>
    /// <param name="socket">Where it listens, for tests; null is where it does on every host.</param>
    internal static SystemLog? Parse(string log, string? socket = null)
    {
        if (log.StartsWith("journald:", StringComparison.Ordinal)) return new SystemLog(log["journald:".Length..], socket ?? "/run/systemd/journal/socket", isJournal: true);
        if (log.StartsWith("syslog:", StringComparison.Ordinal)) return new SystemLog(log["syslog:".Length..], socket ?? "/dev/log", isJournal: false);
        return null;
    }

    /// <exception cref="LinuxException">Nobody listens.</exception>
    internal void Write(LogLevel level, string message) => UnixDatagrams.Send(_socket, _isJournal ? Journal(level, message) : Syslog(level, message));

    // RFC 3164 with facility "user"; the time is that of arrival.
    private byte[] Syslog(LogLevel level, string message) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<{8 + Priority(level)}>{_name}[{Environment.ProcessId}]: {message}"));

    // systemd's "Native Journal Protocol"; the message by its length, for it may hold line feeds.
    private byte[] Journal(LogLevel level, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PRIORITY={Priority(level)}\nSYSLOG_IDENTIFIER={_name}\nMESSAGE\n")), .. length, .. text, (byte)'\n'];
    }

    // syslog(3).
    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Debug => 7,
        LogLevel.Warning => 4,
        _ => 3,
    };
}
