using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

/// <summary>
/// The raw C functions. One file per family adds to this partial class (<c>Libc.Mount.cs</c>, <c>Libc.Process.cs</c> …),
/// with the structures and constants beside the signatures and C names kept. Nothing here retries or throws; the
/// wrappers in <c>Cofferdam.Linux</c> do.
/// </summary>
public static unsafe partial class Libc
{
    private const string Name = "libc";

    /// <summary>syscall(2): for system calls that glibc 2.31 does not wrap.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial long syscall(long number, long a, long b, long c, long d, long e, long f);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>The error number of the last call in this class on this thread.</summary>
    public static Errno LastErrno => (Errno)Marshal.GetLastPInvokeError();
}
