namespace Cofferdam.Containers.Seccomp;

/// <summary>The classic BPF that seccomp accepts, and its answers.</summary>
/// <remarks>bpf_common.h, filter.h and seccomp.h of linux/uapi; seccomp(2).</remarks>
internal static class Bpf
{
    /// <summary>A = the 32-bit word of struct seccomp_data at offset k.</summary>
    public const ushort Load = 0x20;

    /// <summary>A &amp;= k.</summary>
    public const ushort And = 0x54;

    public const ushort JumpAlways = 0x05;
    public const ushort JumpEqual = 0x15;
    public const ushort JumpGreater = 0x25;
    public const ushort JumpGreaterOrEqual = 0x35;

    public const ushort Return = 0x06;

    /// <summary>BPF_MAXINSNS.</summary>
    public const int MaxInstructions = 4096;

    // struct seccomp_data { int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6]; }
    public const uint NumberOffset = 0;
    public const uint ArchitectureOffset = 4;
    public const uint ArgumentsOffset = 16;

    public const uint KillProcess = 0x8000_0000;
    public const uint KillThread = 0;
    public const uint Trap = 0x0003_0000;
    public const uint Errno = 0x0005_0000;
    public const uint Notify = 0x7fc0_0000;
    public const uint Trace = 0x7ff0_0000;
    public const uint Log = 0x7ffc_0000;
    public const uint Allow = 0x7fff_0000;

    public const uint FlagLog = 1 << 1;
    public const uint FlagSpecAllow = 1 << 2;
    public const uint FlagNewListener = 1 << 3;
    public const uint FlagWaitKillableReceive = 1 << 5;

    /// <summary>One struct sock_filter as the machine stores it in eight bytes.</summary>
    public static ulong Pack(ushort code, byte whenTrue, byte whenFalse, uint k) => BitConverter.IsLittleEndian
        ? code | ((ulong)whenTrue << 16) | ((ulong)whenFalse << 24) | ((ulong)k << 32)
        : ((ulong)code << 48) | ((ulong)whenTrue << 40) | ((ulong)whenFalse << 32) | k;

    public static (ushort Code, byte WhenTrue, byte WhenFalse, uint K) Unpack(ulong instruction) => BitConverter.IsLittleEndian
        ? ((ushort)instruction, (byte)(instruction >> 16), (byte)(instruction >> 24), (uint)(instruction >> 32))
        : ((ushort)(instruction >> 48), (byte)(instruction >> 40), (byte)(instruction >> 32), (uint)instruction);
}
