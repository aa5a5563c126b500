using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

public sealed class CompilerTests
{
    private const uint X64 = 0xc000003e;
    private const uint Allow = 0x7fff0000, Refuse = 0x50001, NoSystem = 0x50000 | 38;

    private static readonly Profile s_refusing = new() { DefaultAction = SeccompAction.Errno };

    [Theory]
    [InlineData(SeccompAction.KillThread, null, 0u)]
    [InlineData(SeccompAction.KillProcess, null, 0x80000000u)]
    [InlineData(SeccompAction.Trap, null, 0x30000u)]
    [InlineData(SeccompAction.Errno, null, 0x50001u)]
    [InlineData(SeccompAction.Errno, 38u, 0x50026u)]
    [InlineData(SeccompAction.Errno, 0u, 0x50000u)]
    [InlineData(SeccompAction.Trace, null, 0x7ff00001u)]
    [InlineData(SeccompAction.Trace, 7u, 0x7ff00007u)]
    [InlineData(SeccompAction.Log, null, 0x7ffc0000u)]
    [InlineData(SeccompAction.Notify, null, 0x7fc00000u)]
    public void Each_action_has_its_return_value(SeccompAction action, uint? errno, uint expected)
    {
        var profile = new Profile
        {
            DefaultAction = SeccompAction.Allow,
            ListenerPath = "/run/agent",
            Syscalls = [new SeccompSyscall { Names = ["getcwd"], Action = action, ErrnoRet = errno }],
        };
        SeccompProgram program = SeccompCompiler.Compile(profile, SeccompArchitecture.X86_64);
        Assert.Equal(expected, Run(program, 79));
        Assert.Equal(Allow, Run(program, 80));
        Assert.Equal(action == SeccompAction.Notify, program.Notifies);
    }

    [Theory]
    [InlineData(null, SeccompAction.Allow, 4u)]
    [InlineData("", SeccompAction.Allow, 0u)]
    [InlineData("TSYNC", SeccompAction.Allow, 0u)]
    [InlineData("LOG SPEC_ALLOW TSYNC", SeccompAction.Allow, 6u)]
    [InlineData("WAIT_KILLABLE_RECV", SeccompAction.Allow, 0u)]
    [InlineData("WAIT_KILLABLE_RECV", SeccompAction.Notify, 0x28u)]
    [InlineData(null, SeccompAction.Notify, 12u)]
    public void Flags_are_runc_s(string? flags, SeccompAction action, uint expected)
    {
        Profile profile = s_refusing with
        {
            Flags = flags?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => "SECCOMP_FILTER_FLAG_" + f).ToList(),
            ListenerPath = "/run/agent",
            Syscalls = [new SeccompSyscall { Names = ["read"], Action = action }],
        };
        Assert.Equal(expected, SeccompCompiler.Compile(profile).FilterFlags);
    }

    [Fact]
    public void Newer_calls_than_the_profile_names_do_not_exist()
    {
        SeccompProgram program = Compile(s_refusing with { Syscalls = [Rule("statx"), Rule("read")] });
        Assert.Equal(Allow, Run(program, 332));
        Assert.Equal(Refuse, Run(program, 331));
        Assert.Equal(NoSystem, Run(program, 333));
        Assert.Equal(NoSystem, Run(program, 5000));
        Assert.Equal(0u, Run(program, 0x40000000));
        Assert.Equal(Refuse, Run(program, uint.MaxValue));
    }

    [Fact]
    public void A_rule_that_says_what_the_default_says_still_tells_what_is_known()
    {
        SeccompProgram program = Compile(s_refusing with { Syscalls = [Rule("read"), Rule("statx") with { Action = SeccompAction.Errno }] });
        Assert.Equal(Refuse, Run(program, 332));
        Assert.Equal(NoSystem, Run(program, 333));
    }

    [Theory]
    [InlineData(SeccompAction.Allow, false)]
    [InlineData(SeccompAction.Log, false)]
    [InlineData(SeccompAction.Trace, false)]
    [InlineData(SeccompAction.KillProcess, true)]
    [InlineData(SeccompAction.Trap, true)]
    public void Only_refusing_profiles_hide_newer_calls(SeccompAction fallback, bool hides)
    {
        var profile = new Profile { DefaultAction = fallback, Syscalls = [Rule("statx") with { Action = SeccompAction.Errno }] };
        Assert.Equal(hides, Run(Compile(profile), 450) == NoSystem);
    }

    [Fact]
    public void Each_architecture_has_its_own_newest_call()
    {
        SeccompProgram program = Compile(s_refusing with { Architectures = [SeccompArchitecture.X86], Syscalls = [Rule("preadv2")] });
        Assert.Equal(NoSystem, Run(program, 328));
        Assert.Equal(Refuse, Run(program, 328, 0x40000003));
        Assert.Equal(Allow, Run(program, 378, 0x40000003));
        Assert.Equal(NoSystem, Run(program, 379, 0x40000003));
    }

    [Fact]
    public void A_call_that_is_carried_by_another_is_not_hidden()
    {
        SeccompProgram program = Compile(s_refusing with { Architectures = [SeccompArchitecture.X86], Syscalls = [Rule("semop")] });
        Assert.Equal(Allow, Run(program, 117, 0x40000003, 1));
        Assert.Equal(Refuse, Run(program, 117, 0x40000003, 2));
        Assert.Equal(NoSystem, Run(program, 118, 0x40000003));
    }

    [Fact]
    public void Unknown_calls_are_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        SeccompCompiler.Compile(s_refusing with { Syscalls = [Rule("read", "no_such_call")] }, warnings);
        Assert.Equal(["linux.seccomp.syscalls[0].names[1]: unknown system call 'no_such_call', ignoring"], warnings);
    }

    [Fact]
    public void An_empty_profile_answers_everything_with_its_default() =>
        Assert.Equal(Refuse, Run(SeccompCompiler.Compile(s_refusing, SeccompArchitecture.X86_64), 0));

    [Fact]
    public void Two_comparisons_of_one_argument_are_two_rules()
    {
        SeccompSyscall rule = Rule("personality") with { Args = [Equal(0, 8), Equal(0, 9)] };
        SeccompProgram program = Compile(s_refusing with { Syscalls = [rule] });
        Assert.Equal([Refuse, Allow, Allow], new[] { Run(program, 135, X64, 7), Run(program, 135, X64, 8), Run(program, 135, X64, 9) });
    }

    [Fact]
    public void A_program_of_more_than_4096_instructions_is_refused()
    {
        SeccompSyscall[] rules = [.. Enumerable.Range(0, 3000).Select(i => Rule("ioctl") with { Args = [Equal(1, (ulong)i << 32)] })];
        AssertInvalid("linux.seccomp.syscalls: the filter needs more than the 4096 instructions that the kernel takes", s_refusing with { Syscalls = rules });
    }

    [Fact]
    public void A_long_program_jumps_far()
    {
        string[] names = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.Name)];
        SeccompSyscall[] rules = [.. names.Select((n, i) => Rule(n) with { ErrnoRet = (uint)i + 100, Action = SeccompAction.Errno, Args = [Equal(1, (ulong)i)] })];
        SeccompProgram program = Compile(s_refusing with { Syscalls = rules });
        Assert.InRange(program.Instructions.Length, 2000, 4096);
        Abi.TryGet(SeccompArchitecture.X86_64, out Abi abi);
        for (int number = 0; number < abi.Numbers.Length; number++)
        {
            int name = abi.Numbers[number] - 1;
            if (name < 0) continue;
            Assert.Equal(0x50064u + (uint)name, Run(program, (uint)number, X64, 0, (ulong)name));
            Assert.Equal(Refuse, Run(program, (uint)number, X64, 0, (ulong)name + (1UL << 32)));
        }
    }

    [Fact]
    public void Contradictions_and_impossible_profiles_name_their_field()
    {
        AssertInvalid("linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action", new Profile { DefaultAction = SeccompAction.Notify });
        AssertInvalid("linux.seccomp.syscalls[1].names[0]: SCMP_ACT_NOTIFY cannot be used for the write syscall",
            s_refusing with { Syscalls = [Rule("read"), Rule("write") with { Action = SeccompAction.Notify }] });
        AssertInvalid("linux.seccomp.listenerPath: must be set when a rule has SCMP_ACT_NOTIFY",
            s_refusing with { Syscalls = [Rule("read") with { Action = SeccompAction.Notify }] });
        AssertInvalid("linux.seccomp.syscalls[0].args[0].index: must be 0 to 5", s_refusing with { Syscalls = [Rule("read") with { Args = [Equal(6, 1)] }] });
        AssertInvalid("linux.seccomp.syscalls[0].errnoRet: allowed only with SCMP_ACT_ERRNO and SCMP_ACT_TRACE",
            s_refusing with { Syscalls = [Rule("read") with { ErrnoRet = 1 }] });
        AssertInvalid("linux.seccomp.defaultErrnoRet: must be at most 65535", s_refusing with { DefaultErrnoRet = 65536 });
        AssertInvalid("linux.seccomp.flags[1]: unknown flag 'SECCOMP_FILTER_FLAG_X'",
            s_refusing with { Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_X"] });
        AssertInvalid("linux.seccomp.architectures[0]: 'SCMP_ARCH_S390X' has another byte order than this machine",
            s_refusing with { Architectures = [SeccompArchitecture.S390x] });
        AssertInvalid("linux.seccomp.architectures[0]: no system call table for architecture 99", s_refusing with { Architectures = [(SeccompArchitecture)99] });
        AssertInvalid("linux.seccomp.syscalls[1]: same conditions for 'read' as syscalls[0] but another action",
            s_refusing with { Syscalls = [Rule("read") with { Args = [Equal(0, 1)] }, Rule("read") with { Args = [Equal(0, 1)], Action = SeccompAction.Log }] });
    }

    private static SeccompProgram Compile(Profile profile) => SeccompCompiler.Compile(profile, SeccompArchitecture.X86_64);

    private static uint Run(SeccompProgram program, uint number, uint architecture = X64, params ulong[] arguments)
    {
        Array.Resize(ref arguments, 6);
        return new CbpfMachine(program.Instructions, bigEndianData: false).Run(number, architecture, arguments);
    }

    private static SeccompSyscall Rule(params string[] names) => new() { Names = names, Action = SeccompAction.Allow };

    private static SeccompArg Equal(uint index, ulong value) => new() { Index = index, Value = value, Op = SeccompOperator.Equal };

    private static void AssertInvalid(string message, Profile profile)
    {
        CofferdamException e = Assert.Throws<CofferdamException>(() => Compile(profile));
        Assert.Equal(message, e.Message);
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
    }
}
