using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Descriptors 0, 1 and 2 without System.Console, which takes 0.3 ms to start and changes terminal modes.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class StandardStreams
{
    public const int Input = 0;
    public const int Output = 1;
    public const int ErrorOutput = 2;

    /// <summary>Writes text to standard output.</summary>
    public static void Write(string text) => WriteAll(Output, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a line to standard output.</summary>
    public static void WriteLine(string text) => Write(text + "\n");

    /// <summary>Writes bytes to standard output.</summary>
    public static void Write(ReadOnlySpan<byte> content) => WriteAll(Output, content);

    /// <summary>Writes a line to standard error; a closed or full one is no reason to end, ignoring.</summary>
    public static void WriteErrorLine(string text) => TryWriteAll(ErrorOutput, Encoding.UTF8.GetBytes(text + "\n"), out _);

    /// <summary>Reads all of standard input, refused above <paramref name="limit"/> bytes.</summary>
    public static byte[] ReadInput(int limit = 16 << 20)
    {
        using OwnedFd input = Files.Duplicate(Input);
        return Files.ReadAll(input, limit, "standard input");
    }

    private static void WriteAll(int fd, ReadOnlySpan<byte> content)
    {
        if (!TryWriteAll(fd, content, out Errno errno)) throw new LinuxException("write", errno, fd == Output ? "standard output" : "standard error");
    }

    private static bool TryWriteAll(int fd, ReadOnlySpan<byte> content, out Errno errno)
    {
        errno = Errno.None;
        while (content.Length > 0)
        {
            nint written;
            fixed (byte* data = content)
            {
                do written = Libc.write(fd, data, (nuint)content.Length);
                while (Kernel.Interrupted(written));
            }

            if (written >= 0)
            {
                content = content[(int)written..];
            }
            else if ((errno = Libc.LastErrno) != Errno.EAGAIN || !WaitUntilWritable(fd))
            {
                return false;
            }
        }

        errno = Errno.None;
        return true;
    }

    // Another process that shares the terminal or pipe may have made it non-blocking.
    private static bool WaitUntilWritable(int fd)
    {
        Libc.pollfd item = new() { fd = fd, events = (short)PollEvents.Writable };
        return Libc.poll(&item, 1, -1) >= 0 || Libc.LastErrno == Errno.EINTR;
    }
}
