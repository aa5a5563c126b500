using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Terminals and pseudo-terminals (termios(3), ioctl_tty(2), pty(7)).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Terminals
{
    /// <summary>True when the descriptor is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(int fd)
    {
        Libc.termios attributes;
        return Libc.tcgetattr(fd, &attributes) == 0;
    }

    /// <summary>True when the descriptor is a terminal (isatty(3)).</summary>
    public static bool IsTerminal(OwnedFd file) => IsTerminal(file.Fd);

    /// <summary>Passes every key through unchanged (cfmakeraw(3)) until the result is disposed.</summary>
    public static TerminalMode MakeRaw(OwnedFd terminal)
    {
        Libc.termios before = Attributes(terminal), raw = before;
        Libc.cfmakeraw(&raw);
        Set(terminal, raw);
        return new TerminalMode(terminal, before);
    }

    /// <summary>Stops the terminal from writing a carriage return before each newline (ONLCR), so that the outer terminal does it once.</summary>
    public static void DisableNewlineTranslation(OwnedFd terminal)
    {
        Libc.termios attributes = Attributes(terminal);
        attributes.c_oflag &= ~Libc.ONLCR;
        Set(terminal, attributes);
    }

    /// <summary>The size of the terminal.</summary>
    public static WindowSize ReadSize(OwnedFd terminal)
    {
        Libc.winsize size = default;
        if (Libc.ioctl(terminal.Fd, Libc.TIOCGWINSZ, &size) < 0) throw Kernel.Failure("ioctl TIOCGWINSZ");
        return new WindowSize(size.ws_col, size.ws_row);
    }

    /// <summary>Sets the size; the kernel sends SIGWINCH to the foreground of the terminal when it changes.</summary>
    public static void SetSize(OwnedFd terminal, WindowSize size)
    {
        Libc.winsize native = new() { ws_col = size.Width, ws_row = size.Height };
        if (Libc.ioctl(terminal.Fd, Libc.TIOCSWINSZ, &native) < 0) throw Kernel.Failure("ioctl TIOCSWINSZ");
    }

    /// <summary>A new pseudo-terminal of the devpts that <paramref name="ptmx"/> belongs to.</summary>
    public static Pty OpenPty(string ptmx = "/dev/ptmx")
    {
        OwnedFd master = Files.Open(ptmx, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        try
        {
            int number = Unlock(master);
            return new Pty(master, OpenPeer(master), number);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>The other end of a master, whatever a path in /dev/pts means now (TIOCGPTPEER, Linux 4.13).</summary>
    public static OwnedFd OpenPeer(OwnedFd master)
    {
        const OpenFlags flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal;
        int fd = Libc.ioctl(master.Fd, Libc.TIOCGPTPEER, (void*)flags.ToNative());
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("ioctl TIOCGPTPEER");
    }

    /// <summary>Allows the terminal to be opened, and returns its number (unlockpt(3), ptsname(3)).</summary>
    public static int Unlock(OwnedFd master)
    {
        int locked = 0, number = 0;
        if (Libc.ioctl(master.Fd, Libc.TIOCSPTLCK, &locked) < 0) throw Kernel.Failure("ioctl TIOCSPTLCK");
        if (Libc.ioctl(master.Fd, Libc.TIOCGPTN, &number) < 0) throw Kernel.Failure("ioctl TIOCGPTN");
        return number;
    }

    private static Libc.termios Attributes(OwnedFd terminal)
    {
        Libc.termios attributes;
        return Libc.tcgetattr(terminal.Fd, &attributes) == 0 ? attributes : throw Kernel.Failure("tcgetattr");
    }

    private static void Set(OwnedFd terminal, Libc.termios attributes)
    {
        if (Libc.tcsetattr(terminal.Fd, Libc.TCSANOW, &attributes) < 0) throw Kernel.Failure("tcsetattr");
    }
}
