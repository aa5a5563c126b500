namespace Cofferdam.Containers.Init;

/// <summary>Scheduling, limits, and other attributes of the process that survive execve(2). Runtime-free.</summary>
// SAFETY: structures are built by Launch/Steps in the kernel's layout and passed by their address in the blob.
internal static unsafe class LimitOps
{
    /// <summary>
    /// Step JoinSessionKeyring: A = name. A keyring of its own, so that the container cannot read the keys of whoever
    /// started it; searchable by the user, as users of keyctl expect. A kernel without keyrings is none of our business.
    /// </summary>
    public static long JoinSessionKeyring(InitBlob* blob, StepRecord* step)
    {
        long ring = Sys.Call(Nr.keyctl, Abi.KEYCTL_JOIN_SESSION_KEYRING, (long)((byte*)blob + step->A));
        if (ring == -Abi.ENOSYS) return 0;
        if (ring < 0) return ring;
        byte* text = InRoot.Scratch(blob);
        long length = Sys.Call(Nr.keyctl, Abi.KEYCTL_DESCRIBE, ring, (long)text, 4096);
        if (length < 0) return length;
        // "keyring;uid;gid;permissions in hex;name"
        byte* at = text;
        for (int separators = 0; separators < 3 && *at != 0; at++)
            if (*at == (byte)';') separators++;
        uint permissions = 0;
        for (; *at != (byte)';' && *at != 0; at++)
            permissions = permissions * 16 + (uint)(*at <= (byte)'9' ? *at - (byte)'0' : (*at | 0x20) - (byte)'a' + 10);
        return Sys.Call(Nr.keyctl, Abi.KEYCTL_SETPERM, ring, permissions | Abi.KEY_USR_SEARCH);
    }

    /// <summary>Step SetPersonality: A = domain.</summary>
    public static long SetPersonality(InitBlob* blob, StepRecord* step) => Sys.Call(Nr.personality, step->A);

    /// <summary>Step SetScheduler: A = struct sched_attr.</summary>
    public static long SetScheduler(InitBlob* blob, StepRecord* step) =>
        Sys.Call(Nr.sched_setattr, 0, (long)((byte*)blob + step->A), 0);

    /// <summary>Step SetIoPriority: A = class and level as ioprio_set(2) packs them.</summary>
    public static long SetIoPriority(InitBlob* blob, StepRecord* step) => Sys.Call(Nr.ioprio_set, 1, 0, step->A);

    /// <summary>Step SetAffinity: A = mask, B = its length in bytes.</summary>
    public static long SetAffinity(InitBlob* blob, StepRecord* step) =>
        Sys.Call(Nr.sched_setaffinity, 0, step->B, (long)((byte*)blob + step->A));

    /// <summary>Step SetMemoryPolicy: A = mode with flags, B = node mask or 0, C = number of bits in it.</summary>
    public static long SetMemoryPolicy(InitBlob* blob, StepRecord* step) =>
        Sys.Call(Nr.set_mempolicy, step->A, step->B == 0 ? 0 : (long)((byte*)blob + step->B), step->C);

    /// <summary>Step SetResourceLimit: A = RLIMIT_*, B = soft, C = hard, D = 1 if it may fail.</summary>
    public static long SetResourceLimit(InitBlob* blob, StepRecord* step)
    {
        long* limit = stackalloc long[2];
        limit[0] = step->B;
        limit[1] = step->C;
        long result = Sys.Call(Nr.prlimit64, 0, step->A, (long)limit, 0);
        return step->D == 0 ? result : 0;
    }

    /// <summary>Step SetUmask: A = mask.</summary>
    public static long SetUmask(InitBlob* blob, StepRecord* step) => Sys.Call(Nr.umask, step->A);
}
