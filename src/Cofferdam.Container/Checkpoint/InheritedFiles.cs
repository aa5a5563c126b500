using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>What CRIU gets by descriptor for a restore: namespaces, our standard streams for pipes, files from outside.</summary>
internal sealed class InheritedFiles : IDisposable
{
    private const string PipePrefix = "pipe:";

    private readonly List<(string Key, OwnedFd File)> _files = [];

    /// <summary>In the order of their numbers in CRIU.</summary>
    public IReadOnlyList<OwnedFd> Files => [.. _files.Select(static f => f.File)];

    public static InheritedFiles For(RuntimeSpec spec, string imagePath, StandardIo io)
    {
        using OwnedFd images = Linux.Files.Open(imagePath, OpenFlags.Directory);
        InheritedFiles files = new();
        try
        {
            foreach ((string key, OwnedFd file) in Namespaces.Open(spec)) files._files.Add((key, file));
            IReadOnlyList<string> names = StreamNames.Load(images);
            for (int i = 0; i < names.Count; i++)
            {
                if (names[i].StartsWith(PipePrefix, StringComparison.Ordinal)) files._files.Add((names[i], OpenStream(io, i)));
            }

            foreach (OutsideFile outside in OutsideFiles.Load(images))
            {
                OwnedFd file = outside.Stream == OutsideFile.NullDevice ? Linux.Files.Open("/dev/null", OpenFlags.ReadWrite) : OpenStream(io, outside.Stream);
                files._files.Add((outside.Key, file));
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void AddTo(CriuRequest request)
    {
        for (int i = 0; i < _files.Count; i++) request.InheritFd(_files[i].Key, CriuSession.FirstInheritedFd + i);
    }

    public void Dispose()
    {
        foreach ((_, OwnedFd file) in _files) file.Dispose();
    }

    private static OwnedFd OpenStream(StandardIo io, int number)
    {
        OwnedFd? given = number switch { 0 => io.Input, 1 => io.Output, _ => io.Error };
        return given is null ? Linux.Files.Duplicate(number) : Linux.Files.Duplicate(given);
    }
}
