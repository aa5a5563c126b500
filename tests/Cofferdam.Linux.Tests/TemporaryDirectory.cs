namespace Cofferdam.Linux.Tests;

/// <summary>A directory of one test, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    // In memory where there is such a place: thousands of files are made here, and disks of test machines are slow.
    public TemporaryDirectory()
    {
        string parent = Files.Exists("/dev/shm") ? "/dev/shm" : "/tmp";
        Path = $"{parent}/cofferdam-linux-{Guid.NewGuid():N}";
        Files.Mkdir(null, Path, 0x1c0);
    }

    public string Path { get; }

    public string this[string name] => $"{Path}/{name}";

    public OwnedFd Open() => Files.Open(Path, OpenFlags.Path | OpenFlags.Directory);

    public void Dispose() => FileTree.Remove(null, Path);
}
