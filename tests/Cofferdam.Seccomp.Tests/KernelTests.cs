using System.Diagnostics;
using System.Runtime.InteropServices;
using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Process = System.Diagnostics.Process;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>The kernel takes our programs and does what they say.</summary>
[Trait("Layer", "Kernel")]
public sealed unsafe partial class KernelTests
{
    private const int Lseek = 8, SysInfo = 99, KeyCtl = 250;
    private const int BadDescriptor = 9;

    [Fact]
    public void An_errno_comes_back_for_the_values_of_the_rule_only()
    {
        var profile = new Profile
        {
            DefaultAction = SeccompAction.Allow,
            Flags = ["SECCOMP_FILTER_FLAG_LOG"],
            Syscalls =
            [
                new SeccompSyscall
                {
                    Names = ["lseek"],
                    Action = SeccompAction.Errno,
                    ErrnoRet = 71,
                    Args = [new SeccompArg { Index = 1, Op = SeccompOperator.GreaterThan, Value = 0x1_0000_0005 }],
                },
                new SeccompSyscall { Names = ["keyctl"], Action = SeccompAction.Errno, ErrnoRet = 123 },
            ],
        };
        FilteredThread.Run(SeccompCompiler.Compile(profile), _ =>
        {
            Assert.Equal(123, FilteredThread.ErrnoOf(KeyCtl));
            Assert.Equal(BadDescriptor, FilteredThread.ErrnoOf(Lseek, -1, 6));
            Assert.Equal(BadDescriptor, FilteredThread.ErrnoOf(Lseek, -1, 0x1_0000_0005));
            Assert.Equal(71, FilteredThread.ErrnoOf(Lseek, -1, 0x1_0000_0006));
            Assert.Equal(71, FilteredThread.ErrnoOf(Lseek, -1, 0x2_0000_0000));
            Assert.Equal(71, FilteredThread.ErrnoOf(Lseek, -1, -1));
        });
    }

    [Fact]
    public void Docker_s_profile_refuses_what_it_should()
    {
        SeccompProgram program = SeccompCompiler.Compile(ProfileFile.Docker);
        var machine = new CbpfMachine(program.Instructions, bigEndianData: false);
        // Calls that do nothing with these arguments even if they are let through.
        int[] numbers = [101, 155, 165, 166, 169, 175, 176, 246, 248, 249, 250, 272, 298, 304, 308, 320, 321, 323, 428, 429, 430, 442, 600, 999];
        int refused = 0;
        FilteredThread.Run(program, _ =>
        {
            foreach (int number in numbers)
            {
                uint expected = machine.Run((uint)number, 0xc000003e, [ulong.MaxValue, 0, 0, 0, 0, 0]);
                if ((expected & 0xffff0000) != 0x50000) continue;
                Assert.Equal((int)(expected & 0xffff), FilteredThread.ErrnoOf(number, -1));
                refused++;
            }
        });
        Assert.True(refused > 15, $"{refused}");
    }

    [Fact]
    public void A_listener_answers_for_the_kernel()
    {
        var profile = new Profile
        {
            DefaultAction = SeccompAction.Allow,
            ListenerPath = "/run/agent",
            Flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
            Syscalls = [new SeccompSyscall { Names = ["keyctl"], Action = SeccompAction.Notify }],
        };
        SeccompProgram program = SeccompCompiler.Compile(profile);
        Assert.True(program.Notifies);
        using var installed = new BlockingValue();
        int errno = 0;
        var answering = new Thread(() => Answer(installed.Take(), errno: 42));
        answering.Start();
        FilteredThread.Run(program, listener =>
        {
            installed.Set(listener);
            errno = FilteredThread.ErrnoOf(KeyCtl, 5);
        });
        answering.Join();
        Assert.Equal(42, errno);
    }

    [Theory]
    [InlineData(SeccompAction.KillProcess, 128 + 31)]
    [InlineData(SeccompAction.KillThread, 128 + 31)]
    [InlineData(SeccompAction.Trap, 128 + 31)]
    [InlineData(SeccompAction.Log, 0)]
    [InlineData(SeccompAction.Allow, 0)]
    public void A_program_ends_or_goes_on_as_the_action_says(SeccompAction action, int exitCode)
    {
        Assert.SkipUnless(File.Exists("/bin/busybox"), "/bin/busybox is not there (package busybox-static)");
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { FilteredThread.ExecSwitch, action.ToString(), "/bin/busybox", "free" }) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == exitCode, $"{process.ExitCode}: {output}");
        Assert.Equal(exitCode == 0, output.Contains("Mem:", StringComparison.Ordinal));
    }

    /// <summary>SECCOMP_IOCTL_NOTIF_RECV and _SEND: takes one call and refuses it.</summary>
    private static void Answer(int listener, int errno)
    {
        byte* request = stackalloc byte[80];
        new Span<byte>(request, 80).Clear();
        if (ioctl(listener, 0xc0502100, request) != 0) return;
        byte* response = stackalloc byte[24];
        new Span<byte>(response, 24).Clear();
        *(ulong*)response = *(ulong*)request;
        bool isExpected = *(int*)(request + 16) == KeyCtl && *(ulong*)(request + 32) == 5;
        *(int*)(response + 16) = isExpected ? -errno : -1;
        _ = ioctl(listener, 0xc0182101, response);
        _ = close(listener);
    }

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    /// <summary>Hands one number from a thread to another.</summary>
    private sealed class BlockingValue : IDisposable
    {
        private readonly ManualResetEventSlim _set = new();
        private int _value;

        public void Set(int value)
        {
            _value = value;
            _set.Set();
        }

        public int Take()
        {
            _set.Wait();
            return _value;
        }

        public void Dispose() => _set.Dispose();
    }
}
