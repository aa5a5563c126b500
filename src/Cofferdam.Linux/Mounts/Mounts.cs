using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Making, moving and changing mounts (mount(2) and the calls by descriptor of Linux 5.2 and later).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Mounts
{
    /// <summary>mount(2).</summary>
    public static void Mount(string? source, string target, string? type, MountFlags flags, string? data = null)
    {
        fixed (byte* from = Encode(source), to = CString.Encode(target, "mount"), kind = Encode(type), options = Encode(data))
        {
            if (Libc.mount(from, to, kind, (ulong)flags, options) < 0) throw Kernel.Failure("mount", source ?? type ?? "none", target);
        }
    }

    /// <summary>umount2(2).</summary>
    public static void Unmount(string target, UnmountFlags flags = UnmountFlags.None)
    {
        if (!TryUnmount(target, flags, out Errno errno)) throw new LinuxException("umount", errno, target);
    }

    /// <summary>umount2(2), where EINVAL (not a mount point) or ENOENT are normal.</summary>
    public static bool TryUnmount(string target, UnmountFlags flags, out Errno errno)
    {
        int result;
        fixed (byte* path = CString.Encode(target, "umount")) result = Libc.umount2(path, (int)flags);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }

    /// <summary>A detached copy of the mount at a path, as bind mounts are (open_tree(2) OPEN_TREE_CLONE, Linux 5.2).</summary>
    /// <remarks>An empty path copies what <paramref name="directory"/> itself refers to.</remarks>
    public static OwnedFd Clone(OwnedFd? directory, string path, bool recursive, bool followLinks = true)
    {
        uint flags = Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC | (recursive ? Libc.AT_RECURSIVE : 0) | EmptyPath(path);
        if (!followLinks) flags |= (uint)Libc.AT_SYMLINK_NOFOLLOW;
        fixed (byte* name = CString.Encode(path, "open_tree"))
        {
            long fd = Libc.syscall(Libc.SYS_open_tree, Kernel.Directory(directory), (long)name, flags, 0, 0, 0);
            return fd >= 0 ? new OwnedFd((int)fd) : throw Kernel.Failure("open_tree", path);
        }
    }

    /// <summary>Attaches a detached mount to the place that <paramref name="target"/> refers to (move_mount(2), Linux 5.2).</summary>
    public static void Attach(OwnedFd mount, OwnedFd target, string? targetPath = null)
    {
        const uint flags = Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH;
        fixed (byte* empty = "\0"u8)
        {
            if (Libc.syscall(Libc.SYS_move_mount, mount.Fd, (long)empty, target.Fd, (long)empty, flags, 0) < 0) throw Kernel.Failure("move_mount", targetPath);
        }
    }

    /// <summary>Changes attributes of a mount, and with <paramref name="recursive"/> of those below it (mount_setattr(2), Linux 5.12).</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="set">What to turn on.</param>
    /// <param name="clear">What to turn off first.</param>
    /// <param name="recursive">Also all mounts below.</param>
    /// <param name="propagation">One of shared, slave, private, unbindable; or none to keep it.</param>
    /// <param name="userNamespace">Whose id maps are applied; only with <see cref="MountAttributes.IdMapped"/>.</param>
    /// <param name="path">Named in the exception.</param>
    public static void SetAttributes(OwnedFd mount, MountAttributes set, MountAttributes clear, bool recursive, MountFlags propagation = MountFlags.None, OwnedFd? userNamespace = null, string? path = null)
    {
        Libc.mount_attr attributes = new() { attr_set = (ulong)set, attr_clr = (ulong)clear, propagation = (ulong)propagation, userns_fd = (ulong)(userNamespace?.Fd ?? 0) };
        uint flags = Libc.AT_EMPTY_PATH | (recursive ? Libc.AT_RECURSIVE : 0);
        fixed (byte* empty = "\0"u8)
        {
            if (Libc.syscall(Libc.SYS_mount_setattr, mount.Fd, (long)empty, flags, (long)&attributes, sizeof(Libc.mount_attr), 0) < 0) throw Kernel.Failure("mount_setattr", path);
        }
    }

    /// <summary>A new, detached mount of a file system (fsopen(2), fsconfig(2), fsmount(2), Linux 5.2).</summary>
    /// <param name="type">The file system ("proc", "tmpfs").</param>
    /// <param name="attributes">Attributes of the mount.</param>
    /// <param name="options">The file system's options; a null value is a flag. "source" is the source.</param>
    public static OwnedFd Create(string type, MountAttributes attributes, params ReadOnlySpan<(string Key, string? Value)> options)
    {
        using OwnedFd context = OpenContext(type);
        foreach ((string key, string? value) in options) Configure(context, type, value is null ? Libc.FSCONFIG_SET_FLAG : Libc.FSCONFIG_SET_STRING, key, value);
        Configure(context, type, Libc.FSCONFIG_CMD_CREATE, null, null);
        long fd = Libc.syscall(Libc.SYS_fsmount, context.Fd, Libc.FSMOUNT_CLOEXEC, (long)attributes, 0, 0, 0);
        return fd >= 0 ? new OwnedFd((int)fd) : throw Kernel.Failure("fsmount", type);
    }

    private static OwnedFd OpenContext(string type)
    {
        fixed (byte* name = CString.Encode(type, "fsopen"))
        {
            long fd = Libc.syscall(Libc.SYS_fsopen, (long)name, Libc.FSOPEN_CLOEXEC, 0, 0, 0, 0);
            return fd >= 0 ? new OwnedFd((int)fd) : throw Kernel.Failure("fsopen", type);
        }
    }

    private static void Configure(OwnedFd context, string type, uint command, string? key, string? value)
    {
        fixed (byte* name = Encode(key), text = Encode(value))
        {
            if (Libc.syscall(Libc.SYS_fsconfig, context.Fd, command, (long)name, (long)text, 0, 0) == 0) return;
            Errno errno = Libc.LastErrno;
            throw new LinuxException("fsconfig", errno, type, key, ReadMessage(context));
        }
    }

    // The kernel explains a refused option ("e proc: Unknown parameter 'x'") to whoever reads the context.
    private static string? ReadMessage(OwnedFd context)
    {
        byte[] buffer = new byte[256];
        return Files.TryRead(context, buffer, out int length, out _) && length > 2 ? Encoding.UTF8.GetString(buffer, 2, length - 2).Trim() : null;
    }

    private static uint EmptyPath(string path) => path.Length == 0 ? (uint)Libc.AT_EMPTY_PATH : 0;

    // A null array pins to a null pointer.
    private static byte[]? Encode(string? text) => text is null ? null : CString.Encode(text, "mount");
}
