using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>Where output goes: a fifo that somebody reads, now or later, or a file.</summary>
internal sealed class OutputSink : IDisposable
{
    private const int FileMode = 0x1A4;        // 0644
    private const int DirectoryMode = 0x1ED;   // 0755

    /// <summary>Our own reading end: without one, a write after the client has left would fail, and what it had not read be lost.</summary>
    private OwnedFd? _reader;

    private OutputSink(OwnedFd file, OwnedFd? reader, bool isPipe, bool isRegular = false)
    {
        IsRegular = isRegular;
        File = file;
        _reader = reader;
        IsPipe = isPipe;
    }

    public OwnedFd File { get; }

    public bool IsPipe { get; }

    /// <summary>A regular file, which both streams may share.</summary>
    public bool IsRegular { get; }

    /// <summary>Opens a fifo, or whatever else is at a path.</summary>
    public static OutputSink OpenPath(string path)
    {
        FileType type = Files.Stat(path).Type;
        if (type != FileType.Fifo)
            return new OutputSink(Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.NonBlocking), null, isPipe: false, isRegular: type == FileType.Regular);
        OwnedFd reader = Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return new OutputSink(Files.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlocking), reader, isPipe: true);
    }

    /// <summary>Opens a file to append to, and makes it and the directories above it.</summary>
    public static OutputSink OpenFile(string path)
    {
        if (!path.StartsWith('/')) throw new CofferdamException(ErrorKind.InvalidArgument, $"stdout: 'file://{path}': must be an absolute path");
        Files.MkdirAll(Path.GetDirectoryName(path)!, DirectoryMode);
        // Not all that can be opened so is a file: a fifo would be waited for, now or at each write.
        if (Files.TryStat(path, out FileStatus status, out _) && status.Type != FileType.Regular) return OpenPath(path);
        return new OutputSink(Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create | OpenFlags.NonBlocking, FileMode), null, isPipe: false, isRegular: true);
    }

    /// <summary>The writing end of a pipe that somebody else reads.</summary>
    public static OutputSink OfPipe(OwnedFd file)
    {
        Files.SetNonBlocking(file, true);
        return new OutputSink(file, null, isPipe: true);
    }

    /// <summary>
    /// All was written, and the reader is to see the end. But a fifo that nobody has open forgets what is in it: while there is
    /// something unread and nobody to read it, the writing end stays open.
    /// </summary>
    /// <returns>False if so; then <see cref="TryLetGo"/> is to be asked again and again.</returns>
    public bool Finish()
    {
        bool isFifo = _reader is not null;
        _reader?.Dispose();
        if (isFifo && Pipes.UnreadBytes(File) > 0) return TryLetGo();
        File.Dispose();
        return true;
    }

    /// <summary>Closes the writing end if somebody has come to read; containerd's client waits for the end before it deletes.</summary>
    public bool TryLetGo()
    {
        if (!HasReader()) return false;
        File.Dispose();
        return true;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        File.Dispose();
    }

    // poll(2) of a pipe's writing end: POLLERR without a reader.
    private bool HasReader()
    {
        PollItem item = new(File, PollEvents.None);
        return Poll.Wait(new Span<PollItem>(ref item), TimeSpan.Zero) == 0;
    }
}
