using System.Buffers.Binary;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Runs a filter as the kernel does (seccomp_check_filter's instructions only). Written apart from the compiler.</summary>
internal sealed class CbpfMachine
{
    private readonly (ushort Code, byte True, byte False, uint K)[] _program;
    private readonly bool _bigEndianData;

    public CbpfMachine(ReadOnlySpan<byte> program, bool bigEndian)
    {
        Assert.Equal(0, program.Length % 8);
        Assert.InRange(program.Length / 8, 1, 4096);
        _bigEndianData = bigEndian;
        _program = new (ushort, byte, byte, uint)[program.Length / 8];
        for (int i = 0; i < _program.Length; i++)
        {
            ReadOnlySpan<byte> one = program.Slice(i * 8, 8);
            _program[i] = bigEndian
                ? (BinaryPrimitives.ReadUInt16BigEndian(one), one[2], one[3], BinaryPrimitives.ReadUInt32BigEndian(one[4..]))
                : (BinaryPrimitives.ReadUInt16LittleEndian(one), one[2], one[3], BinaryPrimitives.ReadUInt32LittleEndian(one[4..]));
        }
        Check();
    }

    /// <summary>Ours are in the host's order, whatever the architecture they are for.</summary>
    public CbpfMachine(ReadOnlyMemory<ulong> program, bool bigEndianData)
        : this(System.Runtime.InteropServices.MemoryMarshal.AsBytes(program.Span), !BitConverter.IsLittleEndian) =>
        _bigEndianData = bigEndianData;

    public int Length => _program.Length;

    /// <summary>What may be returned. libseccomp 2.5.4 leaves some returns in the host's order when it exports for another.</summary>
    public uint[]? Answers { get; init; }

    public uint Run(uint number, uint architecture, ReadOnlySpan<ulong> arguments)
    {
        uint a = 0;
        for (int pc = 0; ; pc++)
        {
            (ushort code, byte yes, byte no, uint k) = _program[pc];
            switch (code)
            {
                case 0x20: a = Word(k, number, architecture, arguments); break;
                case 0x54: a &= k; break;
                case 0x05: pc += (int)k; break;
                case 0x15: pc += a == k ? yes : no; break;
                case 0x25: pc += a > k ? yes : no; break;
                case 0x35: pc += a >= k ? yes : no; break;
                case 0x45: pc += (a & k) != 0 ? yes : no; break;
                case 0x06: return Answers is null || Answers.Contains(k) ? k : BinaryPrimitives.ReverseEndianness(k);
                default: throw new InvalidOperationException($"instruction 0x{code:x}");
            }
        }
    }

    private uint Word(uint offset, uint number, uint architecture, ReadOnlySpan<ulong> arguments)
    {
        if (offset == 0) return number;
        if (offset == 4) return architecture;
        ulong value = arguments[(int)(offset - 16) / 8];
        bool first = offset % 8 == 0;
        return first != _bigEndianData ? (uint)value : (uint)(value >> 32);
    }

    /// <summary>What the kernel checks before it takes a program: known instructions, jumps inside, a return at the end.</summary>
    private void Check()
    {
        for (int i = 0; i < _program.Length; i++)
        {
            (ushort code, byte yes, byte no, uint k) = _program[i];
            switch (code)
            {
                case 0x20: Assert.True(k % 4 == 0 && k < 64, $"{i}: load {k}"); break;
                case 0x05: Assert.True(i + 1 + k < _program.Length, $"{i}: jump {k}"); break;
                case 0x15 or 0x25 or 0x35 or 0x45:
                    Assert.True(i + 1 + Math.Max(yes, no) < _program.Length, $"{i}: jump {yes} {no}");
                    break;
                case 0x54 or 0x06: break;
                default: Assert.Fail($"{i}: instruction 0x{code:x}"); break;
            }
        }
        Assert.Equal(0x06, _program[^1].Code);
    }
}
