using System.Text;

namespace Cofferdam.Testing;

/// <summary>A pseudo-terminal whose slave a command gets as its terminal, or a master received from a runtime.</summary>
public sealed unsafe class Pty : IDisposable
{
    private readonly StringBuilder _seen = new();
    private readonly int _master;

    public Pty(int master) => _master = master;

    public static Pty Open()
    {
        int master = Libc.Check(Libc.posix_openpt(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC), "posix_openpt");
        Libc.Check(Libc.grantpt(master), "grantpt");
        Libc.Check(Libc.unlockpt(master), "unlockpt");
        return new Pty(master);
    }

    public string SlavePath
    {
        get
        {
            int number = 0;
            // SAFETY: TIOCGPTN writes one int.
            Libc.Check(Libc.ioctl(_master, Libc.TIOCGPTN, &number), "TIOCGPTN");
            return $"/dev/pts/{number}";
        }
    }

    /// <summary>All that was read so far.</summary>
    public string Seen => _seen.ToString();

    public (int Rows, int Columns) Size
    {
        get
        {
            Libc.WindowSize size = default;
            // SAFETY: TIOCGWINSZ fills the structure.
            Libc.Check(Libc.ioctl(_master, Libc.TIOCGWINSZ, &size), "TIOCGWINSZ");
            return (size.Rows, size.Columns);
        }

        set
        {
            var size = new Libc.WindowSize { Rows = (ushort)value.Rows, Columns = (ushort)value.Columns };
            // SAFETY: TIOCSWINSZ reads the structure.
            Libc.Check(Libc.ioctl(_master, Libc.TIOCSWINSZ, &size), "TIOCSWINSZ");
        }
    }

    public void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* p = bytes)
        {
            // SAFETY: p covers bytes.Length bytes for the call.
            Libc.Check((int)Libc.write(_master, p, bytes.Length), "write to the pty");
        }
    }

    /// <summary>Reads until the text was seen; fails at the deadline or at the end of the terminal.</summary>
    public string ReadUntil(string text, int seconds = 10)
    {
        if (!ReadWhile(() => !Seen.Contains(text, StringComparison.Ordinal), seconds))
            Xunit.Assert.Fail($"'{text}' did not come from the terminal within {seconds} s; it gave:\n{Seen}");
        return Seen;
    }

    /// <summary>Reads until the last slave is closed.</summary>
    public string ReadToEnd(int seconds = 10)
    {
        ReadWhile(() => true, seconds);
        return Seen;
    }

    public void Dispose() => Libc.close(_master);

    /// <summary>False when the deadline or the end came while the condition still held.</summary>
    private bool ReadWhile(Func<bool> condition, int seconds)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        byte* buffer = stackalloc byte[4096];
        while (condition())
        {
            int left = (seconds * 1000 * Surroundings.Patience) - (int)System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var wait = new Libc.PollFd { Fd = _master, Events = Libc.POLLIN };
            // SAFETY: one PollFd, and a buffer of 4096 bytes.
            if (left <= 0 || Libc.poll(&wait, 1, left) <= 0)
                return false;
            nint got = Libc.read(_master, buffer, 4096);
            if (got <= 0)
                return !condition();
            _seen.Append(Encoding.UTF8.GetString(buffer, (int)got));
        }
        return true;
    }
}
