using Cofferdam.Linux;

namespace Cofferdam.Shim.Io;

/// <summary>
/// The fifo that a process's input comes from. It ends when the client has closed it and CloseIO was called; until then we
/// hold it open ourselves, so that a client may leave and another come.
/// </summary>
internal sealed class InputSource : IDisposable
{
    private readonly OwnedFd _writer;

    public InputSource(string path)
    {
        File = Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        IsPipe = Files.Stat(File).Type == FileType.Fifo;
        _writer = IsPipe ? Files.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlocking) : new OwnedFd(-1);
    }

    public OwnedFd File { get; }

    public bool IsPipe { get; }

    /// <summary>Lets it end with the client.</summary>
    public void Close() => _writer.Dispose();

    public void Dispose()
    {
        _writer.Dispose();
        File.Dispose();
    }
}
