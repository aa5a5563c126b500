using System.Text;

namespace Cofferdam.Containers.Seccomp;

/// <summary>The names of all system calls, of all architectures, by a small index.</summary>
/// <remarks>
/// Everything is read-only data of the executable (also the hash table), so that the first look-up costs no more than
/// the thousandth: nothing is built at start.
/// </remarks>
internal static partial class SyscallTable
{
    /// <summary>The index of a name, or -1.</summary>
    public static int Find(string name)
    {
        uint hash = (uint)name.Length;
        foreach (char c in name) hash = unchecked((hash * 31) + c);
        for (uint slot = (hash ^ (hash >> 11)) & BucketMask; ; slot = (slot + 1) & BucketMask)
        {
            int entry = Buckets[(int)slot];
            if (entry == 0) return -1;
            if (IsName(entry - 1, name)) return entry - 1;
        }
    }

    public static string Name(int index) => Encoding.ASCII.GetString(Names[Offsets[index]..Offsets[index + 1]]);

    /// <summary>The names that one multiplexing system call carries, by call number; empty for other system calls.</summary>
    public static ReadOnlySpan<ushort> CarriedBy(int index) => index switch
    {
        Socketcall => SocketCalls,
        Ipc => IpcCalls,
        _ => [],
    };

    private static bool IsName(int index, string name)
    {
        ReadOnlySpan<byte> candidate = Names[Offsets[index]..Offsets[index + 1]];
        if (candidate.Length != name.Length) return false;
        for (int i = 0; i < candidate.Length; i++)
        {
            if (candidate[i] != name[i]) return false;
        }
        return true;
    }
}
