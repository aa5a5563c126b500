using System.Buffers.Binary;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Tests;

/// <summary>Runs the few eBPF instructions that device programs are made of, as the kernel's interpreter does.</summary>
internal static class EbpfMachine
{
    private const int Forever = 100_000;

    /// <summary>The answer to <paramref name="access"/> (BPF_DEVCG_ACC_*) on a device of <paramref name="kind"/> (BPF_DEVCG_DEV_*).</summary>
    public static ulong Run(IReadOnlyList<BpfInstruction> program, int kind, int access, uint major, uint minor)
    {
        byte[] context = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(context, (access << 16) | kind);
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(4), major);
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(8), minor);
        ulong?[] registers = new ulong?[11];
        const ulong contextAddress = 0x1000;
        registers[1] = contextAddress;
        int at = 0;
        for (int steps = 0; steps < Forever; steps++)
        {
            BpfInstruction i = program[at++];
            ulong constant = (ulong)(long)i.Immediate;
            switch (i.Code)
            {
                case 0x61:
                    Assert.Equal(contextAddress, registers[i.Source]);
                    registers[i.Destination] = BinaryPrimitives.ReadUInt32LittleEndian(context.AsSpan(i.Offset));
                    break;
                case 0xb7: registers[i.Destination] = constant; break;
                case 0xbf: registers[i.Destination] = Value(i.Source); break;
                case 0x57: registers[i.Destination] = Value(i.Destination) & constant; break;
                case 0x77: registers[i.Destination] = Value(i.Destination) >> i.Immediate; break;
                case 0x05: at += i.Offset; break;
                case 0x15: at += Value(i.Destination) == constant ? i.Offset : 0; break;
                case 0x55: at += Value(i.Destination) != constant ? i.Offset : 0; break;
                case 0x45: at += (Value(i.Destination) & constant) != 0 ? i.Offset : 0; break;
                case 0x95: return Value(0);
                default: throw new InvalidOperationException($"instruction {i.Code:x}");
            }
        }

        throw new InvalidOperationException("the program does not end");

        ulong Value(int register) => registers[register] ?? throw new InvalidOperationException($"register {register} is not set");
    }
}
