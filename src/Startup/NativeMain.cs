#if !COFFER_PLAIN_MAIN
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Startup;

/// <summary>
/// The C symbol <c>main</c>, in C#, of every program that can be a container's init. As init it never starts the .NET runtime;
/// as anything else it prepares the process and starts it (docs/runtime-free-code.md). Each program compiles this file, and
/// says in a <c>ProgramSignals</c> of its own which signals it reads from a descriptor.
/// </summary>
// SAFETY: runs before the runtime exists: static methods, pointers and system calls only. NativeEntry is live across the
// start of the runtime and so must have no stack cookie: no stackalloc in it or inlined into it.
internal static unsafe class NativeMain
{
    private static int s_runtimeIsUp;
    private static long s_began;

    /// <summary>When the program began, as a time stamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public static long Began => s_began;

    /// <summary>Called first thing in Main: from now on the wrapped libc functions are libc's own again.</summary>
    public static void RuntimeStarted()
    {
        s_runtimeIsUp = 1;
        InitExecutable.IsThisProgram = true;
    }

    [RuntimeExport("main")]
    private static int NativeEntry(int argc, byte** argv)
    {
        if (IsInit(argc, argv)) InitProgram.Run(ParseFd(argv[2]));
        PrepareProcess();
        return StartRuntime(argc, argv);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsInit(int argc, byte** argv)
    {
        if (argc != 3) return false;
        byte* name = argv[0];
        ReadOnlySpan<byte> expected = "coffer-init\0"u8;
        for (int i = 0; i < 12; i++)
            if (name[i] != Unsafe.Add(ref MemoryMarshal.GetReference(expected), i)) return false;
        return true;
    }

    private static int ParseFd(byte* text)
    {
        int fd = 0;
        for (; *text >= (byte)'0' && *text <= (byte)'9'; text++) fd = fd * 10 + (*text - (byte)'0');
        return fd;
    }

    /// <summary>
    /// Opens the standard streams that are closed, so that none of our own descriptors becomes a container's stdin; and blocks
    /// signals, so that every thread of the runtime inherits that and only the main thread, by its own choice, takes them.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PrepareProcess()
    {
        const int fcntl = 72, openat = 257, F_GETFD = 1, AT_FDCWD = -100, O_RDWR = 2, rt_sigprocmask = 14, clock_gettime = 228, CLOCK_MONOTONIC = 1;
        long* now = stackalloc long[2];
        RawSyscall.Invoke(clock_gettime, CLOCK_MONOTONIC, (long)now);
        s_began = now[0] * 1_000_000_000 + now[1];
        byte* nothing = stackalloc byte[10]
        {
            (byte)'/', (byte)'d', (byte)'e', (byte)'v', (byte)'/', (byte)'n', (byte)'u', (byte)'l', (byte)'l', 0,
        };
        for (int fd = 0; fd < 3; fd++)
            if (RawSyscall.Invoke(fcntl, fd, F_GETFD) < 0) RawSyscall.Invoke(openat, AT_FDCWD, (long)nothing, O_RDWR);
        ulong blocked = ProgramSignals.Blocked;
        RawSyscall.Invoke(rt_sigprocmask, 0, (long)&blocked, 0, sizeof(ulong));
    }

    [DllImport("__Internal", EntryPoint = "__managed__Main"), SuppressGCTransition]
    private static extern int StartRuntime(int argc, byte** argv);

    [DllImport("__Internal", EntryPoint = "__real_statfs64"), SuppressGCTransition]
    private static extern int RealStatfs(byte* path, void* buffer);

    [DllImport("__Internal", EntryPoint = "__real_fopen64"), SuppressGCTransition]
    private static extern void* RealFopen(byte* path, byte* mode);

    [DllImport("__Internal", EntryPoint = "__real_opendir"), SuppressGCTransition]
    private static extern void* RealOpendir(byte* path);

    // The starting runtime reads /proc/self/mountinfo twice, at 4.4 µs a mount, to find its cgroup's limits, which a
    // process of a few milliseconds does not need (eng/SmallStaticExecutable.props).
    [RuntimeExport("__wrap_statfs64")]
    private static int WrapStatfs(byte* path, void* buffer) => s_runtimeIsUp == 0 ? -1 : RealStatfs(path, buffer);

    [RuntimeExport("__wrap_fopen64")]
    private static void* WrapFopen(byte* path, byte* mode) => s_runtimeIsUp == 0 ? null : RealFopen(path, mode);

    [RuntimeExport("__wrap_opendir")]
    private static void* WrapOpendir(byte* path) => s_runtimeIsUp == 0 ? null : RealOpendir(path);
}
#endif
