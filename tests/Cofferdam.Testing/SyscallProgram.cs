using System.Runtime.InteropServices;

namespace Cofferdam.Testing;

/// <summary>Writes a static x86-64 program of a few bytes that makes one system call and exits with its errno: any
/// call with any 64-bit arguments, without a compiler.</summary>
public static class SyscallProgram
{
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static void Write(string path, int number, params ReadOnlySpan<ulong> arguments)
    {
        const ulong Base = 0x400000;
        var code = new List<byte>();
        // mov $imm64, %rdi / %rsi / %rdx / %r10 / %r8 / %r9
        byte[][] registers = [[0x48, 0xbf], [0x48, 0xbe], [0x48, 0xba], [0x49, 0xba], [0x49, 0xb8], [0x49, 0xb9]];
        for (int i = 0; i < arguments.Length; i++)
        {
            code.AddRange(registers[i]);
            code.AddRange(BitConverter.GetBytes(arguments[i]));
        }
        // mov $number, %eax; syscall; neg %eax; mov %eax, %edi; mov $60 (exit), %eax; syscall
        code.Add(0xb8);
        code.AddRange(BitConverter.GetBytes(number));
        code.AddRange([0x0f, 0x05, 0xf7, 0xd8, 0x89, 0xc7, 0xb8, 60, 0, 0, 0, 0x0f, 0x05]);

        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        const int Headers = 64 + 56;
        ulong size = Headers + (ulong)code.Count;
        writer.Write((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((ushort)2);
        writer.Write((ushort)62);
        writer.Write(1);
        writer.Write(Base + Headers);
        writer.Write(64ul);
        writer.Write(0ul);
        writer.Write(0);
        writer.Write((ushort)64);
        writer.Write((ushort)56);
        writer.Write((ushort)1);
        writer.Write(0ul);
        writer.Seek(64, SeekOrigin.Begin);
        writer.Write(1);
        writer.Write(5);
        writer.Write(0ul);
        writer.Write(Base);
        writer.Write(Base);
        writer.Write(size);
        writer.Write(size);
        writer.Write(0x1000ul);
        writer.Write(code.ToArray());
        File.WriteAllBytes(path, file.ToArray());
        File.SetUnixFileMode(path, (UnixFileMode)0x1ed);
    }
}
