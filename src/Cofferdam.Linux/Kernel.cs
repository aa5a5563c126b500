using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>The two lines that every wrapper needs: was the call interrupted, and what to throw.</summary>
internal static class Kernel
{
    /// <summary>True when the last call has to be made again (EINTR).</summary>
    public static bool Interrupted(long result) => result < 0 && Libc.LastErrno == Errno.EINTR;

    /// <summary>The exception for the call that just failed. Call it before anything else can change errno.</summary>
    public static LinuxException Failure(string operation, string? path = null, string? secondPath = null, string? hint = null) =>
        new(operation, Libc.LastErrno, path, secondPath, hint);

    /// <summary>The number of a directory descriptor, or that of the working directory.</summary>
    public static int Directory(OwnedFd? directory) => directory?.Fd ?? Libc.AT_FDCWD;
}
