using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// Memory pressure on cgroup v2: a trigger of memory.pressure (Documentation/accounting/psi.rst, kernel 5.2), which the
/// kernel reports at most once in a window.
/// </summary>
internal sealed class PressureNotification : CgroupNotification
{
    private PressureNotification(OwnedFd file) : base(file, PollEvents.Priority)
    {
    }

    /// <param name="directory">The cgroup.</param>
    /// <param name="level">When to report.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: the kernel does not measure pressure.</exception>
    public static PressureNotification Open(string directory, MemoryPressureLevel level)
    {
        string path = directory + "/memory.pressure";
        if (!Files.TryOpen(path, OpenFlags.ReadWrite | OpenFlags.NonBlocking, out OwnedFd? file, out Errno errno)) throw Refused(path, errno);
        if (Files.TryWrite(file, Trigger(level), out _, out errno)) return new PressureNotification(file);
        file.Dispose();
        throw Refused(path, errno);
    }

    /// <summary>
    /// Stalls in microseconds out of a window of two seconds: without CAP_SYS_RESOURCE only multiples of that are allowed
    /// (6.5).
    /// </summary>
    internal static ReadOnlySpan<byte> Trigger(MemoryPressureLevel level) => level switch
    {
        MemoryPressureLevel.Low => "some 100000 2000000\0"u8,
        MemoryPressureLevel.Medium => "some 400000 2000000\0"u8,
        _ => "full 200000 2000000\0"u8,
    };

    // The kernel has taken note already. Once the cgroup is gone its files cannot be read.
    public override bool Take()
    {
        Span<byte> buffer = stackalloc byte[256];
        Files.Seek(File, 0);
        return Files.TryRead(File, buffer, out _, out _);
    }

    private static Exception Refused(string path, Errno errno) => errno is Errno.ENOENT or Errno.EOPNOTSUPP
        ? new CofferdamException(ErrorKind.FailedPrecondition, $"watching memory pressure: the kernel does not measure it for '{path}' (hint: boot with 'psi=1')")
        : new LinuxException("open", errno, path);
}
