using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>
/// The right to change one container: flock(2) on its state directory, which the kernel gives back when the holder dies
/// in whatever way. All writes to the directory go through it.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private const int RecordMode = 0x180;   // 0600

    // 0622: init opens the fifo for writing as whatever host user the container's is, so the owner does not matter; and by a
    // descriptor from its parent, since the directory lets nobody in.
    private const int FifoMode = 0x192;

    private readonly string _root;
    private readonly ContainerId _id;

    internal StateLock(OwnedFd directory, string root, ContainerId id)
    {
        Directory = directory;
        _root = root;
        _id = id;
    }

    /// <summary>The locked directory.</summary>
    public OwnedFd Directory { get; }

    /// <summary>Replaces the record.</summary>
    public void Write(StoredState state) =>
        AtomicFile.Write(Directory, StateDirectory.RecordName, StoredStateJson.Write(state), RecordMode);

    /// <summary>Keeps the configuration. Must happen before the first record, which vouches for it.</summary>
    public void WriteConfig(ReadOnlySpan<byte> text)
    {
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        using OwnedFd file = Files.OpenAt(Directory, StateDirectory.ConfigName, flags, RecordMode);
        Files.WriteAll(file, text, StateDirectory.ConfigName);
    }

    /// <summary>Makes the fifo at which init waits for start.</summary>
    public void MakeFifo()
    {
        Files.MakeFifo(Directory, StateDirectory.FifoName, FifoMode);
        using OwnedFd fifo = Files.OpenAt(Directory, StateDirectory.FifoName, OpenFlags.NonBlocking | OpenFlags.NoFollow);
        // The umask took its part away.
        Files.Chmod(fifo, FifoMode, StateDirectory.FifoName);
    }

    /// <summary>Removes all but the record.</summary>
    public void Empty()
    {
        foreach (DirectoryEntry entry in Files.ReadDirectory(Directory))
        {
            if (entry.Name == StateDirectory.RecordName) continue;
            if (!Files.TryUnlink(entry.Name, out _, Directory)) FileTree.Remove(Directory, entry.Name);
        }
    }

    /// <summary>
    /// Removes the directory with all in it. The record goes last but for the directory itself, so that a delete killed on
    /// the way can be repeated.
    /// </summary>
    public void Remove()
    {
        Empty();
        Files.TryUnlink(StateDirectory.RecordName, out _, Directory);
        string path = Path.Combine(Path.GetFullPath(_root), _id.Value);
        if (!Files.TryRmdir(path, out Errno errno) && errno != Errno.ENOENT) throw new LinuxException("rmdir", errno, path);
    }

    /// <summary>Lets others in.</summary>
    public void Dispose() => Directory.Dispose();
}
