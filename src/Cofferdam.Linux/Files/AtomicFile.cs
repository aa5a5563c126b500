namespace Cofferdam.Linux;

/// <summary>Files that other processes read while we replace them: they see the old content or the new, never a part.</summary>
public static class AtomicFile
{
    /// <summary>Replaces <paramref name="name"/> in <paramref name="directory"/> by a new file with this content and exact mode.</summary>
    /// <param name="directory">The directory that holds the file; the temporary file is made beside it.</param>
    /// <param name="name">A name without a slash.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="mode">The permissions, whatever the umask.</param>
    /// <param name="durable">Also survives a power failure (fsync(2)); not needed below /run.</param>
    public static void Write(OwnedFd directory, string name, ReadOnlySpan<byte> content, int mode, bool durable = false)
    {
        string temporary = TemporaryName.For(name);
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        using OwnedFd file = Files.OpenAt(directory, temporary, flags, mode);
        bool renamed = false;
        try
        {
            Files.Chmod(file, mode, name);
            Files.WriteAll(file, content, name);
            if (durable) Files.Sync(file, name);
            // ext4 writes a file out when it is renamed over another (auto_da_alloc), 3 ms in every launch where /run is no
            // tmpfs. Swapping the two names is as atomic, and does not.
            if (durable || !TrySwap(directory, temporary, name)) Files.Rename(directory, temporary, directory, name);
            renamed = true;
            if (durable) Files.Sync(directory);
        }
        finally
        {
            if (!renamed) Files.TryUnlink(temporary, out _, directory);
        }
    }

    /// <summary>False where nothing has been changed: no such name yet, a directory in its place, or a file system that cannot swap.</summary>
    private static bool TrySwap(OwnedFd directory, string temporary, string name)
    {
        if (!Files.TryExchange(directory, temporary, name, out _)) return false;
        if (Files.TryUnlink(temporary, out _, directory)) return true;
        Files.TryExchange(directory, temporary, name, out _);
        return false;
    }
}
