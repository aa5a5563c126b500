using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>One eBPF instruction, struct bpf_insn (Documentation/bpf/standardization/instruction-set.rst).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction
{
    /// <summary>An instruction with a register and a constant.</summary>
    /// <param name="code">Class, operation and source.</param>
    /// <param name="destination">The register 0 to 10 that is changed or compared.</param>
    /// <param name="source">The register that is read, where the code says so.</param>
    /// <param name="offset">Of memory, or of a jump: how many instructions to leave out.</param>
    /// <param name="immediate">The constant, extended with its sign.</param>
    public BpfInstruction(byte code, int destination = 0, int source = 0, short offset = 0, int immediate = 0)
    {
        Code = code;
        Registers = (byte)(destination | (source << 4));
        Offset = offset;
        Immediate = immediate;
    }

    public byte Code { get; }

    /// <summary>The destination in the low, the source in the high four bits, on little-endian machines.</summary>
    public byte Registers { get; }

    public short Offset { get; init; }

    public int Immediate { get; }

    public int Destination => Registers & 0xf;

    public int Source => Registers >> 4;
}
