using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

public sealed class TextTests
{
    private static readonly Profile s_profile = new()
    {
        DefaultAction = SeccompAction.Errno,
        Syscalls =
        [
            new SeccompSyscall { Names = ["read", "statx"], Action = SeccompAction.Allow },
            new SeccompSyscall
            {
                Names = ["clone"],
                Action = SeccompAction.Allow,
                Args = [new SeccompArg { Index = 0, Op = SeccompOperator.MaskedEqual, Value = 0x7e020000 }],
            },
        ],
    };

    [Theory]
    [InlineData("read", "'read' (0): SCMP_ACT_ALLOW by linux.seccomp.syscalls[0]")]
    [InlineData("mount", "'mount' (165): SCMP_ACT_ERRNO EPERM (operation not permitted) by linux.seccomp.defaultAction")]
    [InlineData("clone", "'clone' (56): SCMP_ACT_ALLOW by linux.seccomp.syscalls[1] if (arg0 & 0x7e020000) == 0x0; otherwise "
        + "SCMP_ACT_ERRNO EPERM (operation not permitted) by linux.seccomp.defaultAction")]
    [InlineData("mseal", "'mseal' (462): SCMP_ACT_ERRNO ENOSYS (function not implemented), newer than every system call that the profile names")]
    [InlineData("socketcall", "'socketcall' does not exist on SCMP_ARCH_X86_64")]
    [InlineData("nosuch", "'nosuch' is not a known system call")]
    public void Explanations_name_the_rule(string syscall, string expected) =>
        Assert.Equal(expected, SeccompCompiler.Compile(s_profile, SeccompArchitecture.X86_64).Explain(syscall));

    [Fact]
    public void A_program_reads_as_text() => Assert.Equal(
        """
           0: load arch
           1: if == 0xc000003e goto 2 else 15      ; SCMP_ARCH_X86_64
           2: load nr
           3: if >= 0x14c goto 10 else 4           ; statx
           4: if >= 0x38 goto 6 else 5             ; clone
           5: if >= 0x1 goto 16 else 12            ; write
           6: if >= 0x39 goto 16 else 7            ; fork
           7: load arg0[0..3]
           8: and  0x7e020000
           9: if == 0x0 goto 12 else 16
          10: if >= 0x40000000 goto 14 else 11     ; read
          11: if >= 0x14d goto 13 else 12          ; io_pgetevents
          12: return SCMP_ACT_ALLOW
          13: return SCMP_ACT_ERRNO ENOSYS (function not implemented)
          14: if >= 0xffffffff goto 16 else 15
          15: return SCMP_ACT_KILL_THREAD
          16: return SCMP_ACT_ERRNO EPERM (operation not permitted)
        """,
        string.Join('\n', SeccompCompiler.Compile(s_profile, SeccompArchitecture.X86_64).Disassemble()));

    [Fact]
    public void Every_instruction_of_a_real_program_has_its_line()
    {
        SeccompProgram program = SeccompCompiler.Compile(ProfileFile.Docker, SeccompArchitecture.X86_64);
        IReadOnlyList<string> lines = program.Disassemble();
        Assert.Equal(program.Instructions.Length, lines.Count);
        Assert.Contains(lines, l => l.Contains("; clone3", StringComparison.Ordinal));
    }
}
