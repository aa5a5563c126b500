using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Removes a directory with everything in it, by descriptors, whatever names or depth a container left there.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class FileTree
{
    // A tree deeper than this is cut: its lower part is renamed to the top, so that neither descriptors nor stack run out.
    private const int MaxDepth = 64;

    private const int BufferSize = 4096;

    /// <summary>Removes <paramref name="name"/> in <paramref name="parent"/> with all below it; absence is fine.</summary>
    /// <remarks>Links are removed, not followed, and a mount point below is never entered: the call ends with EXDEV there.</remarks>
    public static void Remove(OwnedFd? parent, string name)
    {
        fixed (byte* path = CString.Encode(name, "remove tree"))
        {
            using OwnedFd? top = OpenDirectory(Kernel.Directory(parent), path, ResolveLimit(parent), out Errno errno);
            if (top is not null)
            {
                Empty(top, top, 1, name);
                if (Libc.unlinkat(Kernel.Directory(parent), path, Libc.AT_REMOVEDIR) < 0 && Libc.LastErrno != Errno.ENOENT) throw Kernel.Failure("rmdir", name);
            }
            else if (errno is Errno.ENOTDIR or Errno.ELOOP)
            {
                Files.Unlink(name, parent);
            }
            else if (errno != Errno.ENOENT)
            {
                throw new LinuxException("open", errno, name);
            }
        }
    }

    // The way to the top may cross mounts only when it is a path of the caller, not a name in an open directory.
    private static ResolveFlags ResolveLimit(OwnedFd? parent) => parent is null ? ResolveFlags.None : ResolveFlags.NoMountCrossing;

    private static void Empty(OwnedFd directory, OwnedFd top, int depth, string treeName)
    {
        byte[] buffer = new byte[BufferSize];
        bool removedAny = true;
        // Removing while listing may skip names on some file systems, so the listing starts again until it is empty.
        while (removedAny)
        {
            removedAny = false;
            Files.Seek(directory, 0);
            int length;
            while ((length = Files.ReadDirents(directory, buffer, treeName)) > 0)
            {
                for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + 16))
                {
                    ReadOnlySpan<byte> name = Files.DirentNameAt(buffer, at);
                    if (Files.IsDotOrDotDot(name)) continue;
                    // SAFETY: the name lies in the pinned buffer and is terminated there.
                    fixed (byte* entry = name) RemoveEntry(directory, entry, top, depth, treeName);
                    removedAny = true;
                }
            }
        }
    }

    private static void RemoveEntry(OwnedFd directory, byte* name, OwnedFd top, int depth, string treeName)
    {
        if (Libc.unlinkat(directory.Fd, name, 0) == 0 || Libc.LastErrno == Errno.ENOENT) return;
        if (Libc.LastErrno != Errno.EISDIR) throw Failure("unlink", Libc.LastErrno, treeName, name);
        if (Libc.unlinkat(directory.Fd, name, Libc.AT_REMOVEDIR) == 0 || Libc.LastErrno == Errno.ENOENT) return;
        if (Libc.LastErrno is not (Errno.ENOTEMPTY or Errno.EEXIST)) throw Failure("rmdir", Libc.LastErrno, treeName, name);
        if (depth >= MaxDepth)
        {
            Raise(directory, name, top, treeName);
            return;
        }

        using OwnedFd child = OpenDirectory(directory.Fd, name, ResolveFlags.NoMountCrossing, out Errno errno) ?? throw Failure("open", errno, treeName, name);
        Empty(child, top, depth + 1, treeName);
        if (Libc.unlinkat(directory.Fd, name, Libc.AT_REMOVEDIR) < 0 && Libc.LastErrno != Errno.ENOENT) throw Failure("rmdir", Libc.LastErrno, treeName, name);
    }

    // The listing of the top starts again after this, so the raised directory is found there.
    private static void Raise(OwnedFd directory, byte* name, OwnedFd top, string treeName)
    {
        fixed (byte* target = CString.Encode(TemporaryName.For("raised"), "rename"))
        {
            if (Libc.renameat2(directory.Fd, name, top.Fd, target, 0) < 0) throw Failure("rename", Libc.LastErrno, treeName, name);
        }
    }

    private static OwnedFd? OpenDirectory(int parent, byte* name, ResolveFlags resolve, out Errno errno)
    {
        Libc.open_how how = new() { flags = (ulong)(OpenFlags.Directory | OpenFlags.NoFollow).ToNative(), resolve = (ulong)resolve };
        long fd;
        do fd = Libc.syscall(Libc.SYS_openat2, parent, (long)name, (long)&how, sizeof(Libc.open_how), 0, 0);
        while (Kernel.Interrupted(fd));
        errno = fd < 0 ? Libc.LastErrno : Errno.None;
        return fd < 0 ? null : new OwnedFd((int)fd);
    }

    private static LinuxException Failure(string operation, Errno errno, string treeName, byte* name) =>
        new(operation, errno, treeName + "/…/" + CString.Decode(name));
}
