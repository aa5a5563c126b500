using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Installs filters: on a thread that ends soon (a filter belongs to a thread), or before an exec.</summary>
internal static unsafe partial class FilteredThread
{
    public const string ExecSwitch = "--exec-filtered";

    private const int SetNoNewPrivileges = 38;
    private const int Seccomp = 317;

    /// <summary>Runs <paramref name="body"/> behind a filter.</summary>
    public static void Run(SeccompProgram program, Action<int> body)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the numbers here are those of x86-64");
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                body(Install(program.Instructions.Span, program.FilterFlags));
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

    /// <summary>Installs a filter on this thread; returns the listener or 0.</summary>
    public static int Install(ReadOnlySpan<ulong> program, uint flags)
    {
        if (prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "prctl");
        fixed (ulong* instructions = program)
        {
            var filter = new Filter { Length = (ushort)program.Length, Instructions = instructions };
            long result = syscall(Seccomp, 1, (long)flags, (long)&filter);
            return result >= 0 ? (int)result : throw new Win32Exception(Marshal.GetLastPInvokeError(), "seccomp");
        }
    }

    /// <summary>The error number of a call, or 0.</summary>
    public static int ErrnoOf(long number, long a = 0, long b = 0, long c = 0) =>
        syscall(number, a, b, c) == -1 ? Marshal.GetLastPInvokeError() : 0;

    /// <summary>The child's part: sysinfo(2) gets the action, then the command is run.</summary>
    public static int Exec(string action, string[] command)
    {
        var profile = new Profile
        {
            DefaultAction = SeccompAction.Allow,
            Syscalls = [new SeccompSyscall { Names = ["sysinfo"], Action = Enum.Parse<SeccompAction>(action) }],
        };
        SeccompProgram program = SeccompCompiler.Compile(profile);
        Install(program.Instructions.Span, program.FilterFlags);
        byte** arguments = stackalloc byte*[command.Length + 1];
        for (int i = 0; i < command.Length; i++) arguments[i] = (byte*)Marshal.StringToCoTaskMemUTF8(command[i]);
        arguments[command.Length] = null;
        byte* none = null;
        _ = execve(arguments[0], arguments, &none);
        return 127;
    }

    private struct Filter
    {
        public ushort Length;
        public ulong* Instructions;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint a, nint b, nint c, nint d);

    [LibraryImport("libc")]
    private static partial int execve(byte* path, byte** arguments, byte** environment);
}
