using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>Where output goes: a fifo that somebody reads, now or later, or a file.</summary>
internal sealed class OutputSink : IDisposable
{
    private const int FileMode = 0x1A4;        // 0644
    private const int DirectoryMode = 0x1ED;   // 0755

    private readonly string _path;

    /// <summary>Our own reading end: without one, a write after the client has left would fail, and what it had not read be lost.</summary>
    private OwnedFd? _reader;

    private OutputSink(string path, OwnedFd file, OwnedFd? reader, bool isPipe, bool isRegular = false)
    {
        IsRegular = isRegular;
        _path = path;
        File = file;
        _reader = reader;
        IsPipe = isPipe;
    }

    public OwnedFd File { get; }

    public bool IsPipe { get; }

    /// <summary>A regular file, which both streams may share: it is never waited for.</summary>
    public bool IsRegular { get; }

    /// <summary>Opens a fifo, or whatever else is at a path.</summary>
    public static OutputSink OpenPath(string path)
    {
        FileType type = Files.Stat(path).Type;
        if (type != FileType.Fifo)
            return new OutputSink(path, Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.NonBlocking), null, isPipe: false, isRegular: type == FileType.Regular);
        OwnedFd reader = Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return new OutputSink(path, Files.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlocking), reader, isPipe: true);
    }

    /// <summary>Opens a file to append to, and makes it and the directories above it.</summary>
    public static OutputSink OpenFile(string path)
    {
        if (!path.StartsWith('/')) throw new CofferdamException(ErrorKind.InvalidArgument, $"stdout: 'file://{path}': must be an absolute path");
        Files.MkdirAll(Path.GetDirectoryName(path)!, DirectoryMode);
        return new OutputSink(path, Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create, FileMode), null, isPipe: false, isRegular: true);
    }

    /// <summary>The writing end of a pipe that somebody else reads.</summary>
    public static OutputSink OfPipe(OwnedFd file)
    {
        Files.SetNonBlocking(file, true);
        return new OutputSink("pipe", file, null, isPipe: true);
    }

    /// <summary>
    /// All was written. The reader is to see the end; but a fifo that nobody has open forgets what is in it, so without a
    /// reader it stays open until it is disposed of.
    /// </summary>
    public void Finish()
    {
        _reader?.Dispose();
        if (_reader is not null && Pipes.UnreadBytes(File) > 0 && !HasReader() && Files.TryOpen(_path, OpenFlags.ReadOnly | OpenFlags.NonBlocking, out _reader, out _)) return;
        File.Dispose();
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
