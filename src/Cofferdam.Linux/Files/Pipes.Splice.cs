using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

// Moving what is in pipes.
// SAFETY: every pointer is to the stack; splice takes no offsets for pipes.
public static unsafe partial class Pipes
{
    /// <summary>Moves bytes from one pipe or fifo to another inside the kernel, without waiting (splice(2)).</summary>
    /// <param name="from">A pipe to read.</param>
    /// <param name="to">A pipe to write.</param>
    /// <param name="limit">How many bytes at most.</param>
    /// <param name="count">How many were moved; 0 at the end of <paramref name="from"/>.</param>
    /// <param name="errno">EAGAIN: the one is empty or the other full; EPIPE: nobody reads the other.</param>
    public static bool TrySplice(OwnedFd from, OwnedFd to, int limit, out int count, out Errno errno)
    {
        const uint SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;
        nint moved;
        do moved = Libc.splice(from.Fd, null, to.Fd, null, (nuint)limit, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        while (Kernel.Interrupted(moved));
        count = (int)Math.Max(moved, 0);
        errno = moved < 0 ? Libc.LastErrno : Errno.None;
        return moved >= 0;
    }

    /// <summary>How many bytes wait to be read (ioctl(2) FIONREAD).</summary>
    public static int UnreadBytes(OwnedFd pipe)
    {
        const ulong FIONREAD = 0x541B;
        int count = 0;
        return Libc.ioctl(pipe.Fd, FIONREAD, &count) == 0 ? count : throw Kernel.Failure("ioctl FIONREAD");
    }
}
