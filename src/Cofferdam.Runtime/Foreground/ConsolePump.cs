using Cofferdam.Linux;

namespace Cofferdam.Runtime.Foreground;

/// <summary>
/// Copies between our standard streams and the master side of a process's terminal, without a thread and without
/// changing the streams, which we share with whoever started us: a stream is touched only when poll(2) says that it
/// will not wait.
/// </summary>
internal sealed class ConsolePump : IDisposable
{
    // A pipe that poll(2) calls writable takes at least this much (PIPE_BUF).
    private const int BlockSize = 4096;

    private readonly OwnedFd _master;
    private readonly OwnedFd? _slave;
    private readonly OwnedFd? _output;
    private readonly PumpBuffer _typed = new(BlockSize);
    private readonly PumpBuffer _shown = new(BlockSize);
    private OwnedFd? _input;
    private bool _masterEnded;
    private bool _outputEnded;

    /// <summary>Takes over both streams; either may be null when this program was started with it closed.</summary>
    internal ConsolePump(OwnedFd master, OwnedFd? input, OwnedFd? output)
    {
        _master = master;
        Files.SetNonBlocking(master, true);
        // While one slave is open the master reports no hang-up, also when the program closes its terminal to open it
        // again later, as systemd does with /dev/console.
        _slave = Terminals.OpenPeer(master);
        _input = input;
        _output = output;
        _outputEnded = output is null;
    }

    /// <summary>Between a master and our stdin and stdout.</summary>
    internal static ConsolePump ToStandardStreams(OwnedFd master) => new(master, Standard(StandardStreams.Input), Standard(StandardStreams.Output));

    /// <summary>How many items <see cref="Prepare"/> fills at most.</summary>
    internal static int Slots => 3;

    /// <summary>Names what to wait for; an item without events stays silent unless its descriptor fails.</summary>
    internal int Prepare(Span<PollItem> items)
    {
        int count = 0;
        PollEvents master = (_shown.IsEmpty && !_masterEnded ? PollEvents.Readable : PollEvents.None)
            | (_typed.IsEmpty ? PollEvents.None : PollEvents.Writable);
        if (!_masterEnded) items[count++] = new PollItem(_master, master);
        if (_input is not null && _typed.IsEmpty) items[count++] = new PollItem(_input, PollEvents.Readable);
        if (!_shown.IsEmpty) items[count++] = new PollItem(_output!, PollEvents.Writable);
        return count;
    }

    /// <summary>Moves what is ready.</summary>
    internal void Advance(ReadOnlySpan<PollItem> items)
    {
        foreach (PollItem item in items)
        {
            if (item.Ready == PollEvents.None) continue;
            if (ReferenceEquals(item.File, _input)) ReadInput();
            else if (ReferenceEquals(item.File, _output)) WriteOutput();
            else AdvanceMaster(item);
        }
    }

    /// <summary>
    /// Moves the rest of the output of a process that has ended. The kernel hands over everything that was written before
    /// it says EAGAIN or EIO.
    /// </summary>
    internal void Drain()
    {
        do
        {
            while (!_shown.IsEmpty)
            {
                Poll.Wait([new PollItem(_output!, PollEvents.Writable)]);
                WriteOutput();
            }
        }
        while (!_masterEnded && ReadMaster());
    }

    public void Dispose()
    {
        _slave?.Dispose();
        _input?.Dispose();
        _output?.Dispose();
    }

    private static OwnedFd? Standard(int fd)
    {
        try
        {
            return Files.Duplicate(fd);
        }
        catch (LinuxException e) when (e.Errno == Errno.EBADF)
        {
            // Started with the stream closed.
            return null;
        }
    }

    private void AdvanceMaster(PollItem item)
    {
        if (!_typed.IsEmpty && item.Ready.HasFlag(PollEvents.Writable) && !_typed.WriteTo(_master, out Errno errno) && errno != Errno.EAGAIN)
        {
            _typed.Clear();
        }
        if (_shown.IsEmpty && (item.Ready & (PollEvents.Readable | PollEvents.HangUp | PollEvents.Failed)) != 0) ReadMaster();
    }

    private bool ReadMaster()
    {
        if (_shown.ReadFrom(_master, out Errno errno))
        {
            // Nobody reads any more. The program goes on, and must not wait for a full terminal.
            if (_outputEnded) _shown.Clear();
            return true;
        }
        // EIO: every slave is closed or hung up.
        if (errno != Errno.EAGAIN) _masterEnded = true;
        return false;
    }

    private void ReadInput()
    {
        if (_typed.ReadFrom(_input!, out Errno errno) || errno == Errno.EAGAIN) return;
        _input!.Dispose();
        _input = null;
    }

    private void WriteOutput()
    {
        if (_shown.WriteTo(_output!, out Errno errno) || errno == Errno.EAGAIN) return;
        _outputEnded = true;
        _shown.Clear();
    }
}
