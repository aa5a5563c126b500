using System.Runtime.CompilerServices;
using System.Runtime;

namespace Cofferdam.Linux.Syscalls;

/// <summary>
/// System calls for runtime-free code (docs/runtime-free-code.md). The call has no GC transition and no GC poll after
/// it, so a child cloned while another thread collects never waits for a collector that it does not have.
/// </summary>
/// <remarks>NativeAOT only: under a JIT these methods must not be called.</remarks>
public static unsafe class RawSyscall
{
    /// <summary>Calls the kernel and returns its result, or the negated error number.</summary>
    public static long Invoke(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0)
    {
        long result = syscall(number, a, b, c, d, e, f);
        return result == -1 ? -*__errno_location() : result;
    }

    // RuntimeImport is matched by name by ILCompiler 10.0 and compiles to a plain direct call. Any P/Invoke, even with
    // SuppressGCTransition, is followed by a poll of RhpTrapThreads: 2.5 % of launches hung with it under GC load.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "syscall")]
    private static extern long syscall(long number, long a, long b, long c, long d, long e, long f);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "__errno_location")]
    private static extern int* __errno_location();
}
