using System.Globalization;
using System.Text;

namespace Cofferdam.Runtime.Logging;

/// <summary>
/// One line of the log, in the two forms of logrus that callers parse: containerd's shim decodes the JSON lines of
/// --log and shows the last one of level "error"; podman decodes the file as one JSON object, and otherwise shows what
/// conmon read from stderr.
/// </summary>
internal static class LogLine
{
    internal static string Json(LogLevel level, string message, DateTime utc)
    {
        StringBuilder line = new("{\"level\":\"");
        line.Append(Word(level)).Append("\",\"msg\":\"");
        AppendEscaped(line, message, "\\u{0:x4}");
        return line.Append("\",\"time\":\"").Append(Time(utc)).Append("\"}").ToString();
    }

    internal static string Text(LogLevel level, string message, DateTime utc)
    {
        StringBuilder line = new("time=\"");
        line.Append(Time(utc)).Append("\" level=").Append(Word(level)).Append(" msg=");
        if (IsPlain(message)) return line.Append(message).ToString();
        line.Append('"');
        AppendEscaped(line, message, "\\x{0:x2}");
        return line.Append('"').ToString();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    // UTC, so that no time zone file is read.
    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>logrus leaves a message of these characters without quotes.</summary>
    private static bool IsPlain(string message)
    {
        foreach (char c in message)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '/' or '@' or '^' or '+')) return false;
        }
        return message.Length > 0;
    }

    private static void AppendEscaped(StringBuilder line, string message, string controlFormat)
    {
        foreach (char c in message)
        {
            switch (c)
            {
                case '"':
                case '\\':
                    line.Append('\\').Append(c);
                    break;
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;
                case '\t':
                    line.Append("\\t");
                    break;
                case < ' ' or '\x7f':
                    line.AppendFormat(CultureInfo.InvariantCulture, controlFormat, (int)c);
                    break;
                default:
                    line.Append(c);
                    break;
            }
        }
    }
}
