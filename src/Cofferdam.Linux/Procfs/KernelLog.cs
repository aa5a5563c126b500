using System.Text;

namespace Cofferdam.Linux;

/// <summary>
/// The kernel's messages (/dev/kmsg, Documentation/ABI/testing/dev-kmsg). With kernel.dmesg_restrict only CAP_SYSLOG may
/// read them, so nothing may depend on it.
/// </summary>
public sealed class KernelLog : IDisposable
{
    // The longest record that the kernel gives (PRINTKRB_RECORD_MAX is less).
    private const int LongestRecord = 8192;

    private readonly OwnedFd _file;
    private readonly byte[] _record = new byte[LongestRecord];

    private KernelLog(OwnedFd file) => _file = file;

    /// <summary>Opens the log at its oldest message; null if that is not allowed here.</summary>
    public static KernelLog? TryOpen() =>
        Files.TryOpen("/dev/kmsg", OpenFlags.ReadOnly | OpenFlags.NonBlocking, out OwnedFd? file, out _) ? new KernelLog(file) : null;

    /// <summary>As <see cref="TryOpen"/>, behind the newest message; null also where /dev/kmsg is something else, as a console in a container.</summary>
    public static KernelLog? TryOpenAtEnd()
    {
        KernelLog? log = TryOpen();
        if (log is null || Files.TrySeekEnd(log._file)) return log;
        log.Dispose();
        return null;
    }

    /// <summary>The text of the next message without its prefix; null when there is none yet.</summary>
    public string? Next()
    {
        int length;
        while (!Files.TryRead(_file, _record, out length, out Errno errno))
        {
            // Messages were overwritten before they were read: the next read goes on behind them.
            if (errno != Errno.EPIPE) return null;
        }

        ReadOnlySpan<byte> record = _record.AsSpan(0, length);
        record = record[(record.IndexOf((byte)';') + 1)..];
        int end = record.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? record : record[..end]);
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _file.Dispose();
}
