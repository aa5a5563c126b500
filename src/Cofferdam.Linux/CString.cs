using System.Text;

namespace Cofferdam.Linux;

/// <summary>Strings on their way into the kernel: UTF-8 with a terminating NUL.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class CString
{
    /// <summary>Encodes <paramref name="value"/>; <paramref name="operation"/> is named when it cannot be encoded.</summary>
    /// <exception cref="LinuxException">EINVAL: the text contains a NUL, behind which the kernel would not look.</exception>
    public static byte[] Encode(string value, string operation)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new LinuxException(operation, Errno.EINVAL, value.Replace("\0", "\\0", StringComparison.Ordinal), hint: "the text contains a NUL");
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(value) + 1];
        Encoding.UTF8.GetBytes(value, bytes);
        return bytes;
    }

    /// <summary>Decodes the NUL-terminated string at <paramref name="text"/>.</summary>
    // SAFETY: the caller passes a terminated string.
    public static string Decode(byte* text) => Encoding.UTF8.GetString(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
