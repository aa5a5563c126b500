using System.Runtime.InteropServices;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>
/// A POSIX extended regular expression (regex(7)), by libc: the syntax that crun's users know, and it adds little to
/// a static program where the platform's engine adds much.
/// </summary>
// SAFETY: the block of the compiled pattern has regex_t's size and is released once; texts are pinned and terminated.
public sealed unsafe class PosixRegex : IDisposable
{
    private void* _compiled;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="LinuxException">EINVAL: the pattern is malformed; the hint tells where.</exception>
    public PosixRegex(string pattern)
    {
        byte[] encoded = CString.Encode(pattern, "regcomp");
        _compiled = NativeMemory.AllocZeroed(Libc.SizeOfRegex);
        fixed (byte* text = encoded)
        {
            int result = Libc.regcomp(_compiled, text, Libc.REG_EXTENDED | Libc.REG_NOSUB);
            if (result == 0) return;
            string reason = Describe(result);
            NativeMemory.Free(_compiled);
            _compiled = null;
            throw new LinuxException("regcomp", Errno.EINVAL, pattern, hint: reason);
        }
    }

    /// <summary>Whether the pattern matches anywhere in <paramref name="text"/>.</summary>
    public bool IsMatch(string text)
    {
        ObjectDisposedException.ThrowIf(_compiled is null, this);
        fixed (byte* bytes = CString.Encode(text, "regexec")) return Libc.regexec(_compiled, bytes, 0, null, 0) == 0;
    }

    /// <summary>Releases the compiled pattern.</summary>
    public void Dispose()
    {
        if (_compiled is null) return;
        Libc.regfree(_compiled);
        NativeMemory.Free(_compiled);
        _compiled = null;
    }

    private string Describe(int error)
    {
        const int Size = 128;
        byte* buffer = stackalloc byte[Size];
        Libc.regerror(error, _compiled, buffer, Size);
        return Marshal.PtrToStringUTF8((nint)buffer)!.ToLowerInvariant();
    }
}
