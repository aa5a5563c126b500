using System.Text;

namespace Cofferdam.Linux;

/// <summary>What SELinux says about this host (selinux(8)).</summary>
public static class SeLinux
{
    /// <summary>The kernel has SELinux and it was not disabled at boot: only then its file system is known.</summary>
    public static bool IsEnabled() =>
        Files.TryReadText("/proc/filesystems", out string? text, out _) && text.Contains("\tselinuxfs\n", StringComparison.Ordinal);

    /// <summary>Whether the loaded policy knows a context; null where it cannot be asked.</summary>
    public static bool? IsValid(string context)
    {
        if (!Files.TryOpen("/sys/fs/selinux/context", OpenFlags.ReadWrite, out OwnedFd? file, out _)) return null;
        using (file)
        {
            if (Files.TryWrite(file, Encoding.UTF8.GetBytes(context + "\0"), out _, out Errno errno)) return true;
            return errno == Errno.EINVAL ? false : null;
        }
    }
}
