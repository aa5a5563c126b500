using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// Terminals. The request numbers are those of asm-generic/ioctls.h, which x86-64 and arm64 share.
public static unsafe partial class Libc
{
    public const ulong TIOCGWINSZ = 0x5413;
    public const ulong TIOCSWINSZ = 0x5414;
    public const ulong TIOCSCTTY = 0x540e;
    public const ulong TIOCGPTN = 0x80045430;
    public const ulong TIOCSPTLCK = 0x40045431;
    public const ulong TIOCGPTPEER = 0x5441;

    public const uint ONLCR = 4;
    public const int TCSANOW = 0;

    /// <summary>struct winsize of ioctl_tty(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }

    /// <summary>glibc's struct termios of termios(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct termios
    {
        public uint c_iflag;
        public uint c_oflag;
        public uint c_cflag;
        public uint c_lflag;
        public byte c_line;
        public fixed byte c_cc[32];
        public uint c_ispeed;
        public uint c_ospeed;
    }

    [LibraryImport(Name, SetLastError = true)]
    public static partial int ioctl(int fd, ulong request, void* argument);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int tcgetattr(int fd, termios* attributes);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int tcsetattr(int fd, int actions, termios* attributes);

    [LibraryImport(Name)]
    public static partial void cfmakeraw(termios* attributes);
}
