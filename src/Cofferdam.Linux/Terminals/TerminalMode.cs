using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>The settings a terminal had before they were changed; disposing sets them again.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public sealed unsafe class TerminalMode : IDisposable
{
    private readonly OwnedFd _terminal;
    private readonly Libc.termios _before;
    private bool _restored;

    internal TerminalMode(OwnedFd terminal, Libc.termios before)
    {
        // Our own descriptor: the caller's may be closed before the settings are put back.
        _terminal = Files.Duplicate(terminal);
        _before = before;
    }

    /// <summary>Puts the settings back. A terminal that hung up has none, ignoring.</summary>
    public void Dispose()
    {
        if (_restored) return;
        _restored = true;
        Libc.termios before = _before;
        _ = Libc.tcsetattr(_terminal.Fd, Libc.TCSANOW, &before);
        _terminal.Dispose();
    }
}
