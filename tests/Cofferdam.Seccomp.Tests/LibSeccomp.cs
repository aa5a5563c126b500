using System.Runtime.InteropServices;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>libseccomp, called as runc calls it.</summary>
internal static unsafe partial class LibSeccomp
{
    private const string Name = "libseccomp.so.2";

    private static readonly Lazy<bool> s_present = new(() => NativeLibrary.TryLoad(Name, out _));

    /// <summary>SCMP_ARCH_…: the AUDIT_ARCH number, but for x32.</summary>
    public static uint Token(SeccompArchitecture architecture) => architecture switch
    {
        SeccompArchitecture.X86_64 => 0xc000003e,
        SeccompArchitecture.X86 => 0x40000003,
        SeccompArchitecture.X32 => 0x4000003e,
        SeccompArchitecture.Aarch64 => 0xc00000b7,
        SeccompArchitecture.Arm => 0x40000028,
        SeccompArchitecture.Riscv64 => 0xc00000f3,
        SeccompArchitecture.Ppc => 0x14,
        SeccompArchitecture.Ppc64 => 0x80000015,
        SeccompArchitecture.Ppc64le => 0xc0000015,
        SeccompArchitecture.S390 => 0x16,
        SeccompArchitecture.S390x => 0x80000016,
        SeccompArchitecture.Mips => 0x8,
        SeccompArchitecture.Mipsel => 0x40000008,
        SeccompArchitecture.Mips64 => 0x80000008,
        SeccompArchitecture.Mipsel64 => 0xc0000008,
        SeccompArchitecture.Mips64n32 => 0xa0000008,
        SeccompArchitecture.Mipsel64n32 => 0xe0000008,
        SeccompArchitecture.Parisc => 0xf,
        SeccompArchitecture.Parisc64 => 0x8000000f,
        _ => 0,
    };

    /// <summary>What seccomp_data.arch holds.</summary>
    public static uint Audit(SeccompArchitecture architecture) =>
        architecture == SeccompArchitecture.X32 ? 0xc000003e : Token(architecture);

    public static bool IsBigEndian(SeccompArchitecture architecture) => (Token(architecture) & 0x40000000) == 0;

    public static void SkipWithout() => Assert.SkipUnless(s_present.Value, "libseccomp.so.2 is not installed");

    /// <summary>The number, negative if it does not exist there (multiplexed or unknown).</summary>
    public static int Resolve(SeccompArchitecture architecture, string name)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(name + "\0"))
        {
            return seccomp_syscall_resolve_name_arch(Token(architecture), text);
        }
    }

    /// <summary>The name of a number, or null.</summary>
    public static string? ResolveNumber(SeccompArchitecture architecture, int number)
    {
        byte* text = seccomp_syscall_resolve_num_arch(Token(architecture), number);
        string? name = Marshal.PtrToStringUTF8((nint)text);
        NativeMemory.Free(text);
        return name;
    }

    public static bool Knows(string name) => Resolve(SeccompArchitecture.X86_64, name) != -1;

    /// <summary>The program for a profile; null if libseccomp refuses a rule.</summary>
    public static byte[]? Compile(Profile profile, SeccompArchitecture native)
    {
        uint fallback = Action(profile.DefaultAction, profile.DefaultErrnoRet);
        nint context = seccomp_init(fallback);
        Assert.NotEqual(0, context);
        try
        {
            if (native != SeccompArchitecture.X86_64)
            {
                Assert.Equal(0, seccomp_arch_remove(context, 0));
                Assert.Equal(0, seccomp_arch_add(context, Token(native)));
            }
            foreach (SeccompArchitecture architecture in profile.Architectures)
            {
                int added = seccomp_arch_add(context, Token(architecture));
                Assert.True(added is 0 or -17, $"seccomp_arch_add {architecture}: {added}");
            }
            foreach (SeccompSyscall rule in profile.Syscalls)
            {
                uint action = Action(rule.Action, rule.ErrnoRet);
                if (action == fallback) continue;
                foreach (string name in rule.Names)
                {
                    int number = Resolve(SeccompArchitecture.X86_64, name);
                    if (number != -1 && !Add(context, action, number, rule.Args)) return null;
                }
            }
            return Export(context);
        }
        finally
        {
            seccomp_release(context);
        }
    }

    public static uint Action(SeccompAction action, uint? errno) => action switch
    {
        SeccompAction.KillThread => 0,
        SeccompAction.KillProcess => 0x80000000,
        SeccompAction.Trap => 0x00030000,
        SeccompAction.Errno => 0x00050000 | (errno ?? 1),
        SeccompAction.Trace => 0x7ff00000 | (errno ?? 1),
        SeccompAction.Log => 0x7ffc0000,
        SeccompAction.Notify => 0x7fc00000,
        _ => 0x7fff0000,
    };

    private static bool Add(nint context, uint action, int number, IReadOnlyList<SeccompArg> arguments)
    {
        Comparison* all = stackalloc Comparison[6];
        bool separate = arguments.GroupBy(a => a.Index).Any(g => g.Count() > 1);
        for (int i = 0; i < arguments.Count; i++)
        {
            SeccompArg argument = arguments[i];
            var one = new Comparison
            {
                Argument = argument.Index,
                Operator = argument.Op switch
                {
                    SeccompOperator.NotEqual => 1,
                    SeccompOperator.LessThan => 2,
                    SeccompOperator.LessOrEqual => 3,
                    SeccompOperator.Equal => 4,
                    SeccompOperator.GreaterOrEqual => 5,
                    SeccompOperator.GreaterThan => 6,
                    _ => 7,
                },
                A = argument.Value,
                B = argument.ValueTwo,
            };
            if (!separate) all[i] = one;
            else if (seccomp_rule_add_array(context, action, number, 1, &one) != 0) return false;
        }
        return separate || seccomp_rule_add_array(context, action, number, (uint)arguments.Count, all) == 0;
    }

    private static byte[] Export(nint context)
    {
        int fd = memfd_create("bpf", 1);
        Assert.True(fd >= 0);
        using var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(fd, true), FileAccess.ReadWrite);
        Assert.Equal(0, seccomp_export_bpf(context, fd));
        byte[] program = new byte[RandomAccess.GetLength(file.SafeFileHandle)];
        Assert.Equal(program.Length, RandomAccess.Read(file.SafeFileHandle, program, 0));
        return program;
    }

    private struct Comparison
    {
        public uint Argument;
        public int Operator;
        public ulong A;
        public ulong B;
    }

    [LibraryImport(Name)]
    private static partial nint seccomp_init(uint action);

    [LibraryImport(Name)]
    private static partial void seccomp_release(nint context);

    [LibraryImport(Name)]
    private static partial int seccomp_arch_add(nint context, uint token);

    [LibraryImport(Name)]
    private static partial int seccomp_arch_remove(nint context, uint token);

    [LibraryImport(Name)]
    private static partial int seccomp_syscall_resolve_name_arch(uint token, byte* name);

    [LibraryImport(Name)]
    private static partial byte* seccomp_syscall_resolve_num_arch(uint token, int number);

    [LibraryImport(Name)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int number, uint count, Comparison* arguments);

    [LibraryImport(Name)]
    private static partial int seccomp_export_bpf(nint context, int fd);

    [LibraryImport("libc")]
    private static partial int memfd_create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
