using System.Globalization;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>
/// Lines for containerd's own log: it reads the fifo <c>log</c> in the bundle and copies it. In logrus' form, as those of
/// other shims. A reader that is away or slow costs lines and nothing else.
/// </summary>
internal sealed class ShimLog : IDisposable
{
    private readonly OwnedFd? _fifo;
    private readonly string _context;

    public ShimLog(string path, string id, string containerdNamespace, bool isDebug)
    {
        // For reading, too: otherwise a write while nobody reads would fail, and an open would wait.
        Files.TryOpen(path, OpenFlags.ReadWrite | OpenFlags.NonBlocking, out _fifo, out _);
        _context = $" id={Quote(id)} namespace={Quote(containerdNamespace)} runtime=io.containerd.coffer.v2\n";
        IsDebug = isDebug;
    }

    public bool IsDebug { get; }

    public void Debug(string text)
    {
        if (IsDebug) Write("debug", text);
    }

    public void Warning(string text) => Write("warning", text);

    public void Error(string text) => Write("error", text);

    public void Dispose() => _fifo?.Dispose();

    private void Write(string level, string text)
    {
        if (_fifo is null) return;
        string line = $"time=\"{Now()}\" level={level} msg={Quote(text)}{_context}";
        Files.TryWrite(_fifo, Encoding.UTF8.GetBytes(line), out _, out _);
    }

    private static string Now()
    {
        DateTime now = DateTime.UtcNow;
        CultureInfo c = CultureInfo.InvariantCulture;
        return string.Create(c, $"{now.Year:D4}-{now.Month:D2}-{now.Day:D2}T{now.Hour:D2}:{now.Minute:D2}:{now.Second:D2}.{now.Ticks % TimeSpan.TicksPerSecond * 100:D9}Z");
    }

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c == '\n') quoted.Append("\\n");
            else quoted.Append(char.IsControl(c) ? ' ' : c);
        }

        return quoted.Append('"').ToString();
    }
}
