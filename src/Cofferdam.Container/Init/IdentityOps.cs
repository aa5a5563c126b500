using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Init;

/// <summary>Users, groups, capabilities, seccomp. Runtime-free.</summary>
// SAFETY: operands are numbers, or structures in the blob in the kernel's layout.
internal static unsafe class IdentityOps
{
    private const uint CapabilityVersion3 = 0x20080522;
    private const int SECCOMP_SET_MODE_FILTER = 1;

    /// <summary>Step DropBoundingCapabilities: A = the set to keep. Asks the kernel how far its capabilities go.</summary>
    public static long DropBoundingCapabilities(InitBlob* blob, StepRecord* step)
    {
        for (int capability = 0; capability < 64; capability++)
        {
            if (((ulong)step->A >> capability & 1) != 0) continue;
            long result = Sys.Prctl(Abi.PR_CAPBSET_DROP, capability);
            if (result == -Abi.EINVAL) break;   // beyond the last one this kernel knows
            if (result < 0) return result;
        }
        return 0;
    }

    /// <summary>Step SetGroups: A = array of gids, B = count, C = 1 where the user namespace denies setgroups(2).</summary>
    public static long SetGroups(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Call(Nr.setgroups, step->B, (long)((byte*)blob + step->A));
        // An empty list in a namespace that denies setgroups is what the process already has.
        return result == -Abi.EPERM && step->B == 0 ? 0 : result;
    }

    /// <summary>
    /// Step SetIds: A = uid, B = gid. Capabilities are kept across the change, for SetCapabilities to cut down.
    /// </summary>
    public static long SetIds(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Prctl(Abi.PR_SET_KEEPCAPS, 1);
        if (result >= 0) result = Sys.Call(Nr.setgid, step->B);
        if (result >= 0) result = Sys.Call(Nr.setuid, step->A);
        return result;
    }

    /// <summary>Step SetCapabilities: A = effective, B = permitted, C = inheritable, D = ambient.</summary>
    public static long SetCapabilities(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Prctl(Abi.PR_SET_KEEPCAPS, 0);
        if (result < 0) return result;
        CapabilityHeader header;
        header.Version = CapabilityVersion3;
        header.Pid = 0;
        uint* data = stackalloc uint[6];
        for (int half = 0; half < 2; half++)
        {
            data[half * 3] = (uint)((ulong)step->A >> (32 * half));
            data[half * 3 + 1] = (uint)((ulong)step->B >> (32 * half));
            data[half * 3 + 2] = (uint)((ulong)step->C >> (32 * half));
        }
        result = Sys.Call(Nr.capset, (long)&header, (long)data);
        if (result < 0) return result;
        result = Sys.Prctl(Abi.PR_CAP_AMBIENT, Abi.PR_CAP_AMBIENT_CLEAR_ALL);
        if (result == -Abi.EINVAL) result = 0;
        for (int capability = 0; capability < 64 && result >= 0; capability++)
            if (((ulong)step->D >> capability & 1) != 0)
                result = Sys.Prctl(Abi.PR_CAP_AMBIENT, Abi.PR_CAP_AMBIENT_RAISE, capability);
        return result;
    }

    /// <summary>Step SetNoNewPrivileges.</summary>
    public static long SetNoNewPrivileges(InitBlob* blob, StepRecord* step) => Sys.Prctl(Abi.PR_SET_NO_NEW_PRIVS, 1);

    /// <summary>
    /// Step LoadSeccomp: A = instructions, B = their count, C = SECCOMP_FILTER_FLAG_*, D = 1 when the filter notifies and
    /// its listener goes to the parent.
    /// </summary>
    public static long LoadSeccomp(InitBlob* blob, StepRecord* step)
    {
        FilterProgram program;
        program.Length = (ushort)step->B;
        program.Instructions = (byte*)blob + step->A;
        long result = Sys.Call(Nr.seccomp, SECCOMP_SET_MODE_FILTER, step->C, (long)&program);
        if (result < 0 || step->D == 0) return result;
        long listener = result;
        result = SyncOps.Send(blob, InitMessageKind.SeccompListener, 0, listener);
        Sys.Close(listener);
        return result < 0 ? result : SyncOps.WaitForGo(blob);
    }

    private struct CapabilityHeader
    {
        public uint Version;
        public int Pid;
    }

    private struct FilterProgram
    {
        public ushort Length;
        public byte* Instructions;
    }
}
