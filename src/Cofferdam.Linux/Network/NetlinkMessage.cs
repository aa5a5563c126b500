using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>A netlink message on its way out: a header, the family's structure, attributes.</summary>
internal sealed class NetlinkMessage
{
    // Our largest message carries a name and a number.
    private readonly byte[] _buffer = new byte[512];
    private int _length = Unsafe.SizeOf<Libc.nlmsghdr>();

    public NetlinkMessage(ushort type, ushort flags)
    {
        Type = type;
        Flags = flags;
    }

    public ushort Type { get; }

    public ushort Flags { get; }

    /// <summary>Appends the family's structure.</summary>
    public NetlinkMessage Add<T>(in T body) where T : unmanaged
    {
        MemoryMarshal.Write(_buffer.AsSpan(_length), in body);
        _length += Align(Unsafe.SizeOf<T>());
        return this;
    }

    /// <summary>Appends an attribute; a null value is left out.</summary>
    public NetlinkMessage Add(ushort type, ReadOnlySpan<byte> value)
    {
        int size = Unsafe.SizeOf<Libc.rtattr>() + value.Length;
        // The span's bounds stop a value that does not fit long before its 16-bit length could overflow.
        Span<byte> room = _buffer.AsSpan(_length, Align(size));
        MemoryMarshal.Write(room, new Libc.rtattr { rta_len = (ushort)size, rta_type = type });
        value.CopyTo(room[Unsafe.SizeOf<Libc.rtattr>()..]);
        _length += room.Length;
        return this;
    }

    /// <summary>Appends an attribute with a number.</summary>
    public NetlinkMessage Add(ushort type, int value) => Add(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(ref value)));

    /// <summary>The finished message.</summary>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        Libc.nlmsghdr header = new() { nlmsg_len = (uint)_length, nlmsg_type = Type, nlmsg_flags = (ushort)(Flags | Libc.NLM_F_REQUEST), nlmsg_seq = sequence };
        MemoryMarshal.Write(_buffer, in header);
        return _buffer.AsSpan(0, _length);
    }

    internal static int Align(int size) => (size + 3) & ~3;
}
