using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Foreground;

/// <summary>The terminal that this program was started from, if it was.</summary>
internal static class HostTerminal
{
    /// <summary>A descriptor of the first standard stream that is a terminal.</summary>
    internal static OwnedFd? Find()
    {
        for (int fd = 0; fd <= 2; fd++)
        {
            if (Terminals.IsTerminal(fd)) return Files.Duplicate(fd);
        }
        return null;
    }

    /// <summary>Gives a process that gets a terminal of no particular size the size of ours.</summary>
    internal static Process WithSize(Process process)
    {
        if (!process.Terminal || process.ConsoleSize is not null) return process;
        using OwnedFd? terminal = Find();
        if (terminal is null) return process;
        WindowSize size = Terminals.ReadSize(terminal);
        return process with { ConsoleSize = new ConsoleSize { Height = size.Height, Width = size.Width } };
    }
}
