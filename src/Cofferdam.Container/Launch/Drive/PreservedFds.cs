using Cofferdam.Linux;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The descriptors of --preserve-fds and LISTEN_FDS.</summary>
internal static class PreservedFds
{
    /// <summary>
    /// Each must be open, and not close-on-exec: ours all are, so a number that the caller did not open can never hand one of
    /// our own descriptors to the container (CVE-2024-21626).
    /// </summary>
    public static void Check(int count)
    {
        for (int fd = 3; fd < 3 + count; fd++)
        {
            int flags = Libc.fcntl(fd, Libc.F_GETFD, 0);
            if (flags >= 0 && (flags & Libc.FD_CLOEXEC) == 0) continue;
            throw new CofferdamException(ErrorKind.InvalidArgument,
                $"preserving {count} descriptors: descriptor {fd} was not given: EBADF (bad file descriptor)");
        }
    }
}
