namespace Cofferdam.Linux.Tests;

/// <summary>A directory of one test, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("cofferdam-linux-").FullName;

    public string Path { get; }

    public string this[string name] => $"{Path}/{name}";

    public OwnedFd Open() => Files.Open(Path, OpenFlags.Path | OpenFlags.Directory);

    public void Dispose() => FileTree.Remove(null, Path);
}
