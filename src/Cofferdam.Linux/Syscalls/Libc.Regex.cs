using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// regex(3), glibc. regex_t has 64 bytes on x86-64 and arm64.
public static unsafe partial class Libc
{
    public const int REG_EXTENDED = 1;
    public const int REG_NOSUB = 8;
    public const int SizeOfRegex = 64;

    [LibraryImport(Name)]
    public static partial int regcomp(void* regex, byte* pattern, int flags);

    [LibraryImport(Name)]
    public static partial int regexec(void* regex, byte* text, nuint matches, void* match, int flags);

    [LibraryImport(Name)]
    public static partial nuint regerror(int error, void* regex, byte* buffer, nuint size);

    [LibraryImport(Name)]
    public static partial void regfree(void* regex);
}
