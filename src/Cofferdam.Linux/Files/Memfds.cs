using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Anonymous files in memory (memfd_create(2), Linux 3.17).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Memfds
{
    private const int SealAll = 0x1 | 0x2 | 0x4 | 0x8;

    /// <summary>An empty file; <paramref name="name"/> shows only in /proc.</summary>
    public static OwnedFd Create(string name, bool sealable = false)
    {
        fixed (byte* text = CString.Encode(name, "memfd_create"))
        {
            int fd = Libc.memfd_create(text, Libc.MFD_CLOEXEC | (sealable ? Libc.MFD_ALLOW_SEALING : 0));
            return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("memfd_create", name);
        }
    }

    /// <summary>A file with this content, positioned at its start: a ready standard input for a child.</summary>
    public static OwnedFd FromContent(string name, ReadOnlySpan<byte> content)
    {
        OwnedFd file = Create(name);
        try
        {
            Files.WriteAll(file, content, name);
            Files.Seek(file, 0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Forbids for ever to write, grow, shrink or unseal the file (fcntl(2) F_ADD_SEALS).</summary>
    public static void Seal(OwnedFd memfd)
    {
        if (Libc.fcntl(memfd.Fd, Libc.F_ADD_SEALS, SealAll) < 0) throw Kernel.Failure("fcntl F_ADD_SEALS");
    }
}
