using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>
/// The directory of one container: <c>state.json</c> (the record), <c>config.json</c> (the configuration it was created
/// from), <c>exec.fifo</c> (until start). Reading needs no lock, because the record is replaced atomically; writing is
/// done by who holds the <see cref="StateLock"/>.
/// </summary>
internal sealed class StateDirectory
{
    /// <summary>The record. A directory without one is not a container, whatever else it holds.</summary>
    public const string RecordName = "state.json";

    public const string ConfigName = "config.json";

    public const string FifoName = "exec.fifo";

    private const int Mode = 0x1C0;   // 0700

    private readonly string _root;
    private readonly ContainerId _id;

    public StateDirectory(string root, ContainerId id)
    {
        _root = root;
        _id = id;
        Location = System.IO.Path.Combine(System.IO.Path.GetFullPath(root), id.Value);
    }

    /// <summary>Absolute path of the directory.</summary>
    public string Location { get; }

    /// <summary>Whether init still waits for start.</summary>
    public bool HasFifo => Files.Exists($"{Location}/{FifoName}");

    /// <summary>Reads the record.</summary>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.NotFound"/>: there is no such container; <see cref="ErrorKind.DataLoss"/>: the record is damaged.
    /// </exception>
    public StoredState Read() =>
        TryRead(out StoredState? state) ? state : throw Missing();

    /// <summary>Reads the record; false if there is none.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StoredState? state)
    {
        state = null;
        string path = $"{Location}/{RecordName}";
        if (!Files.TryOpen(path, OpenFlags.NoFollow, out OwnedFd? file, out Errno errno))
        {
            // ENAMETOOLONG: an id longer than a file name can be, so no such container was ever made.
            if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ENAMETOOLONG) return false;
            throw new LinuxException("open", errno, path);
        }

        using (file) state = StoredStateJson.Read(Files.ReadAll(file, path: path));
        return true;
    }

    /// <summary>The text of the configuration that the container was created from.</summary>
    public byte[] ReadConfig() => Files.ReadAll($"{Location}/{ConfigName}");

    /// <exception cref="CofferdamException"><see cref="ErrorKind.NotFound"/>: there is no such container.</exception>
    public uint ReadOwner()
    {
        if (Files.TryStat(Location, out FileStatus status, out Errno errno)) return status.Uid;
        throw errno == Errno.ENOENT ? Missing() : new LinuxException("stat", errno, Location);
    }

    /// <summary>Waits until no other process changes the container, and keeps them out until the lock is disposed.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.NotFound"/>: there is no such container.</exception>
    public StateLock Lock() => Lock(wait: true)!;

    /// <summary>The lock if nobody has it, or null.</summary>
    /// <inheritdoc cref="Lock()"/>
    public StateLock? TryLock() => Lock(wait: false);

    /// <summary>Makes the directory and locks it: from now on the id is taken.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.AlreadyExists"/>: the id is taken.</exception>
    public StateLock Reserve()
    {
        StateRoot.Prepare(_root);
        while (true)
        {
            bool made = Files.TryMkdir(null, Location, Mode, out Errno errno);
            if (!made && errno != Errno.EEXIST) throw new LinuxException("mkdir", errno, Location);
            OwnedFd? directory = Open();
            if (directory is null) continue;
            // A directory without a record and without a holder is what a create killed in its first microseconds left.
            // It is taken over; its maker, if it only was slow, finds our record once it gets the lock.
            bool held = Files.TryLock(directory, path: Location);
            if (held && !IsCurrent(directory))
            {
                directory.Dispose();
                continue;
            }

            if (held && !Files.Exists(RecordName, directory))
            {
                StateLock reserved = new(directory, _root, _id);
                if (!made) reserved.Empty();
                return reserved;
            }

            directory.Dispose();
            throw new CofferdamException(ErrorKind.AlreadyExists, $"container '{_id.Value}': {CallerVisibleText.Exists}");
        }
    }

    private StateLock? Lock(bool wait)
    {
        while (true)
        {
            OwnedFd directory = Open() ?? throw Missing();
            if (wait)
            {
                Files.Lock(directory, path: Location);
            }
            else if (!Files.TryLock(directory, path: Location))
            {
                directory.Dispose();
                return null;
            }

            if (IsCurrent(directory)) return new StateLock(directory, _root, _id);
            // Deleted, and perhaps made anew, while we waited: our lock is on the old directory.
            directory.Dispose();
        }
    }

    // Callers look for the wording; people want to know which container.
    private CofferdamException Missing() => new(ErrorKind.NotFound, $"container '{_id.Value}': {CallerVisibleText.NotExist}");

    /// <summary>Opens the directory, or null if there is none.</summary>
    private OwnedFd? Open()
    {
        if (Files.TryOpen(Location, OpenFlags.Directory | OpenFlags.NoFollow, out OwnedFd? directory, out Errno errno)) return directory;
        return errno is Errno.ENOENT or Errno.ENAMETOOLONG ? null : throw new LinuxException("open", errno, Location);
    }

    private bool IsCurrent(OwnedFd directory) =>
        Files.TryStatAt(null, Location, false, out FileStatus now, out _) && now.IsSameFile(Files.Stat(directory, Location));
}
