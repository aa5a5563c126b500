using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

// Reading and writing what is in files.
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class Files
{
    private const int DefaultReadLimit = 16 << 20;

    /// <summary>read(2) once; 0 at the end of the file.</summary>
    public static int Read(OwnedFd file, Span<byte> buffer, string? path = null) =>
        TryRead(file, buffer, out int count, out Errno errno) ? count : throw new LinuxException("read", errno, path);

    /// <summary>read(2) once, for descriptors where EAGAIN (non-blocking) or EIO (a terminal that hung up) is normal.</summary>
    public static bool TryRead(OwnedFd file, Span<byte> buffer, out int count, out Errno errno)
    {
        nint result;
        fixed (byte* data = buffer)
        {
            do result = Libc.read(file.Fd, data, (nuint)buffer.Length);
            while (Kernel.Interrupted(result));
        }

        count = (int)Math.Max(result, 0);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result >= 0;
    }

    /// <summary>write(2) once; returns how much was taken.</summary>
    public static bool TryWrite(OwnedFd file, ReadOnlySpan<byte> content, out int count, out Errno errno)
    {
        nint result;
        fixed (byte* data = content)
        {
            do result = Libc.write(file.Fd, data, (nuint)content.Length);
            while (Kernel.Interrupted(result));
        }

        count = (int)Math.Max(result, 0);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result >= 0;
    }

    /// <summary>Writes all of <paramref name="content"/>, with as many calls as it takes.</summary>
    public static void WriteAll(OwnedFd file, ReadOnlySpan<byte> content, string? path = null)
    {
        while (content.Length > 0)
        {
            if (!TryWrite(file, content, out int count, out Errno errno)) throw new LinuxException("write", errno, path);
            content = content[count..];
        }
    }

    /// <summary>The whole content of a file, refused above <paramref name="limit"/> bytes.</summary>
    public static byte[] ReadAll(string path, int limit = DefaultReadLimit)
    {
        using OwnedFd file = Open(path, OpenFlags.ReadOnly);
        return ReadAll(file, limit, path);
    }

    /// <summary>What remains to be read from <paramref name="file"/>, refused above <paramref name="limit"/> bytes.</summary>
    public static byte[] ReadAll(OwnedFd file, int limit = DefaultReadLimit, string? path = null) =>
        TryReadAll(file, limit, path, out byte[]? content, out Errno errno) ? content : throw new LinuxException("read", errno, path);

    /// <summary>The whole content of a file as UTF-8 text.</summary>
    public static string ReadText(string path, int limit = DefaultReadLimit) => Encoding.UTF8.GetString(ReadAll(path, limit));

    /// <summary>As <see cref="ReadText"/>, for files of processes and cgroups that may vanish before or while they are read.</summary>
    public static bool TryReadText(string path, [NotNullWhen(true)] out string? text, out Errno errno) => TryReadText(null, path, out text, out errno);

    /// <summary>As above, with a path that starts at an open directory.</summary>
    public static bool TryReadText(OwnedFd? directory, string path, [NotNullWhen(true)] out string? text, out Errno errno)
    {
        text = null;
        if (!TryOpenAt(directory, path, OpenFlags.ReadOnly, out OwnedFd? file, out errno)) return false;
        using (file)
        {
            if (!TryReadAll(file, DefaultReadLimit, path, out byte[]? content, out errno)) return false;
            text = Encoding.UTF8.GetString(content);
            return true;
        }
    }

    /// <summary>Writes to a file of the kernel (procfs, sysfs, cgroupfs) that exists, with exactly one write(2).</summary>
    public static void Write(string path, string text)
    {
        if (!TryWrite(path, text, out Errno errno)) throw new LinuxException("write", errno, path);
    }

    /// <summary>As <see cref="Write"/>, where refusal is normal.</summary>
    public static bool TryWrite(string path, string text, out Errno errno)
    {
        if (!TryOpen(path, OpenFlags.WriteOnly, out OwnedFd? file, out errno)) return false;
        using (file)
        {
            return TryWrite(file, Encoding.UTF8.GetBytes(text), out _, out errno);
        }
    }

    /// <summary>Moves the read and write position to an offset from the start (lseek(2)).</summary>
    public static void Seek(OwnedFd file, long offset)
    {
        if (Libc.lseek(file.Fd, offset, 0) < 0) throw Kernel.Failure("lseek");
    }

    /// <summary>Moves the read and write position to the end (lseek(2)); false for what has none, as a pipe or a terminal.</summary>
    public static bool TrySeekEnd(OwnedFd file)
    {
        const int fromEnd = 2;   // SEEK_END
        return Libc.lseek(file.Fd, 0, fromEnd) >= 0;
    }

    /// <summary>Sets the size in bytes; what is added reads as zero (ftruncate(2)).</summary>
    public static void Truncate(OwnedFd file, long size, string? path = null)
    {
        int result;
        do result = Libc.ftruncate(file.Fd, size);
        while (Kernel.Interrupted(result));
        if (result < 0) throw Kernel.Failure("ftruncate", path);
    }

    /// <summary>fsync(2).</summary>
    public static void Sync(OwnedFd file, string? path = null)
    {
        if (Libc.fsync(file.Fd) < 0) throw Kernel.Failure("fsync", path);
    }

    // Files in /proc have no size, so the buffer grows until read(2) answers 0.
    private static bool TryReadAll(OwnedFd file, int limit, string? path, [NotNullWhen(true)] out byte[]? content, out Errno errno)
    {
        content = null;
        byte[] buffer = new byte[Math.Min(4096L, limit + 1L)];
        int used = 0;
        while (true)
        {
            if (!TryRead(file, buffer.AsSpan(used), out int count, out errno)) return false;
            if (count == 0) break;
            used += count;
            if (used > limit) throw new LinuxException("read", Errno.EFBIG, path, hint: $"the limit is {limit} bytes");
            if (used == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(limit + 1L, Math.Min(used * 2L, Array.MaxLength)));
        }

        content = buffer.AsSpan(0, used).ToArray();
        return true;
    }
}
