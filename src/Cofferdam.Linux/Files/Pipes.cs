using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Pipes (pipe(7)).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe partial class Pipes
{
    /// <summary>pipe2(2).</summary>
    public static (OwnedFd Read, OwnedFd Write) Create()
    {
        const int O_CLOEXEC = 0x80000;
        int* fds = stackalloc int[2];
        return Libc.pipe2(fds, O_CLOEXEC) == 0 ? (new OwnedFd(fds[0]), new OwnedFd(fds[1])) : throw Kernel.Failure("pipe2");
    }
}
