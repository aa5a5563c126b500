using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>The attributes behind a structure of a received netlink message, one after the other.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private const int TypeMask = 0x3fff; // the upper bits tell nesting and byte order

    private ReadOnlySpan<byte> _rest = rest;

    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        int headerSize = Unsafe.SizeOf<Libc.rtattr>();
        if (_rest.Length < headerSize) return false;
        Libc.rtattr header = MemoryMarshal.Read<Libc.rtattr>(_rest);
        if (header.rta_len < headerSize || header.rta_len > _rest.Length) return false;
        Type = header.rta_type & TypeMask;
        Value = _rest[headerSize..header.rta_len];
        _rest = _rest[Math.Min(NetlinkMessage.Align(header.rta_len), _rest.Length)..];
        return true;
    }
}
