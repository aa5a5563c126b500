using System.Runtime.CompilerServices;
using Cofferdam.Containers.Init;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// The child of clone3(CLONE_VM | CLONE_VFORK): it shares the memory of a process whose runtime is running, so it does
/// nothing but arrange descriptors and execute init. Runtime-free (docs/runtime-free-code.md).
/// </summary>
// SAFETY: the frame and the stack are unmanaged memory that the suspended parent keeps alive until execve or exit.
internal static unsafe class CloneChild
{
    public const int StackSize = 16 * 1024;

    /// <summary>
    /// Clones. Returns the child's pid, or a negated error number. x86-64: libc's syscall() is a leaf, so in the child its
    /// `ret` pops the word planted on the new stack, and rdi still holds the address of the arguments.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Clone(CloneFrame* frame, byte* stack)
    {
        delegate*<CloneFrame*, void> entry = &Run;
        byte* top = stack + StackSize - 64;
        *(void**)top = (void*)entry;
        frame->Arguments.Stack = (ulong)stack;
        frame->Arguments.StackSize = (ulong)(top - stack);
        frame->Arguments.Flags |= (ulong)(Abi.CLONE_VM | Abi.CLONE_VFORK | Abi.CLONE_PIDFD);
        frame->Arguments.Pidfd = (ulong)&frame->Pidfd;
        frame->Arguments.ExitSignal = Abi.SIGCHLD;
        // A handler of the runtime must not run in the child: it would find the parent's thread there.
        ulong all = ulong.MaxValue, saved;
        RawSyscall.Invoke(Nr.rt_sigprocmask, 0, (long)&all, (long)&saved, sizeof(ulong));
        long pid = RawSyscall.Invoke(Nr.clone3, (long)frame, sizeof(CloneArguments));
        RawSyscall.Invoke(Nr.rt_sigprocmask, 2, (long)&saved, 0, sizeof(ulong));
        return pid;
    }

    private static void Run(CloneFrame* frame)
    {
        for (int i = 0; i < frame->InheritedCount; i++)
            RawSyscall.Invoke(Nr.fcntl, frame->Inherited[i], Abi.F_SETFD, 0);
        for (int fd = 0; fd < 3; fd++)
            if (frame->StandardIo[fd] >= 0) RawSyscall.Invoke(Nr.dup3, frame->StandardIo[fd], fd, 0);
        byte empty = 0;
        frame->Result = RawSyscall.Invoke(Nr.execveat, frame->Executable, (long)&empty, (long)frame->Argv, (long)frame->Envp,
            Abi.AT_EMPTY_PATH);
        RawSyscall.Invoke(Nr.exit_group, 127);
    }
}
