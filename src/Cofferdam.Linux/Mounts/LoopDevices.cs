using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Files seen as block devices (loop(4)).</summary>
// SAFETY: every pointer is to a stack buffer of the size that the request names.
public static unsafe class LoopDevices
{
    private const ulong LOOP_CTL_GET_FREE = 0x4C82, LOOP_CONFIGURE = 0x4C0A;
    private const uint LO_FLAGS_READ_ONLY = 1, LO_FLAGS_AUTOCLEAR = 4, LO_FLAGS_DIRECT_IO = 16;
    private const int Attempts = 100;

    // struct loop_config: fd, block_size, struct loop_info64 (232 bytes, of which lo_flags is at 52), 8 reserved numbers.
    private const int ConfigSize = 304, FlagsOffset = 8 + 52;

    /// <summary>Makes a device of a file (LOOP_CONFIGURE, Linux 5.8), which frees itself once nobody uses it any more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="readOnly">The device cannot be written to, and the file need not be writable.</param>
    /// <param name="directIo">Past the page cache.</param>
    /// <param name="device">The device's path.</param>
    /// <returns>The device, which lives while this is open or it is mounted.</returns>
    public static OwnedFd Attach(string path, bool readOnly, bool directIo, out string device)
    {
        OpenFlags access = readOnly ? OpenFlags.ReadOnly : OpenFlags.ReadWrite;
        using OwnedFd file = Files.Open(path, access);
        using OwnedFd control = Files.Open("/dev/loop-control", OpenFlags.ReadWrite);
        byte* config = stackalloc byte[ConfigSize];
        new Span<byte>(config, ConfigSize).Clear();
        *(int*)config = file.Fd;
        *(uint*)(config + FlagsOffset) = LO_FLAGS_AUTOCLEAR | (readOnly ? LO_FLAGS_READ_ONLY : 0) | (directIo ? LO_FLAGS_DIRECT_IO : 0);
        for (int attempt = 1; ; attempt++)
        {
            int number = Libc.ioctl(control.Fd, LOOP_CTL_GET_FREE, null);
            if (number < 0) throw Kernel.Failure("ioctl LOOP_CTL_GET_FREE", path);
            device = $"/dev/loop{number}";
            OwnedFd opened = Files.Open(device, access);
            if (Libc.ioctl(opened.Fd, LOOP_CONFIGURE, config) == 0) return opened;
            LinuxException failure = Kernel.Failure("ioctl LOOP_CONFIGURE", path);
            opened.Dispose();
            // Somebody else was faster.
            if (failure.Errno != Errno.EBUSY || attempt == Attempts) throw failure;
        }
    }
}
