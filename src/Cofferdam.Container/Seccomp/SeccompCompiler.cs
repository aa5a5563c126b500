using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Containers.Seccomp;

/// <summary>Turns the seccomp part of a config.json into a program for seccomp(2).</summary>
/// <remarks>
/// runtime-spec 1.3 config-linux.md, section Seccomp; docs/seccomp.md tells the layout and where runc's behaviour is
/// followed. Answers equal those of libseccomp's programs (Cofferdam.Seccomp.Tests runs both).
/// </remarks>
public static class SeccompCompiler
{
    /// <summary>Compiles for this machine.</summary>
    /// <param name="profile">The profile; its native architecture is always covered.</param>
    /// <param name="warnings">Receives one line for each unknown system call; unknown ones are left out.</param>
    /// <exception cref="CofferdamException">The profile is invalid; the message names the field.</exception>
    public static SeccompProgram Compile(Profile profile, ICollection<string>? warnings = null) =>
        Compile(profile, Abi.Native, warnings);

    /// <summary>Compiles for a machine of another architecture, as far as its tables are known.</summary>
    public static SeccompProgram Compile(Profile profile, SeccompArchitecture native, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        RuleSet rules = RuleSet.From(profile, warnings);
        Abi[] abis = Abis(profile, native);
        uint flags = Flags(profile, rules.Notifies);
        var assembler = new FilterAssembler();
        int start = assembler.Answer(Bpf.KillThread); // an architecture that the profile does not cover
        var entries = new int[abis.Length];
        var ranges = new NumberRanges(assembler, rules);
        // Written from the end: the native architecture comes last, and so stands first in the program.
        for (int i = abis.Length - 1; i >= 0; i--) entries[i] = EmitArchitecture(assembler, ranges, abis, i);
        for (int i = abis.Length - 1; i >= 0; i--)
        {
            if (entries[i] >= 0) start = assembler.Jump(Bpf.JumpEqual, abis[i].AuditArchitecture, entries[i], start);
        }
        assembler.Load(Bpf.ArchitectureOffset, start);
        return new SeccompProgram(assembler.ToArray(), flags, rules.Notifies, profile, native);
    }

    /// <summary>Writes the part of one AUDIT_ARCH; returns -1 for the second ABI of an architecture, which is in its first's.</summary>
    private static int EmitArchitecture(FilterAssembler assembler, NumberRanges ranges, Abi[] abis, int index)
    {
        Abi abi = abis[index];
        int x32 = -1, x64 = -1;
        for (int i = 0; i < abis.Length; i++)
        {
            if (abis[i].Architecture == SeccompArchitecture.X86_64) x64 = i;
            if (abis[i].Architecture == SeccompArchitecture.X32) x32 = i;
        }
        if (index == x32 && x64 >= 0) return -1;
        ranges.Clear();
        Abi? upper = null;
        if (index == x64 || index == x32)
        {
            ranges.Append(0, assembler.Answer(Bpf.KillThread));
            if (index == x64) ranges.Append(abi);
            if (x32 >= 0)
            {
                upper = abis[x32];
                ranges.Append(abis[x32]);
            }
            else
            {
                // x32 is refused like a foreign architecture; but -1 is no system call: a tracer skips one with it.
                ranges.Append(Abi.X32Bit, assembler.Answer(Bpf.KillThread));
                ranges.Append(uint.MaxValue, ranges.Default);
            }
        }
        else
        {
            ranges.Append(0, ranges.Default);
            ranges.Append(abi);
        }
        return assembler.Load(Bpf.NumberOffset, ranges.Emit(abi, upper));
    }

    private static Abi[] Abis(Profile profile, SeccompArchitecture native)
    {
        var abis = new Abi[profile.Architectures.Count + 1];
        if (!Abi.TryGet(native, out abis[0])) throw Unsupported("linux.seccomp", native);
        int count = 1;
        for (int i = 0; i < profile.Architectures.Count; i++)
        {
            SeccompArchitecture architecture = profile.Architectures[i];
            if (!Abi.TryGet(architecture, out Abi abi)) throw Unsupported($"linux.seccomp.architectures[{i}]", architecture);
            if (abi.IsBigEndian != abis[0].IsBigEndian)
            {
                throw new CofferdamException(ErrorKind.InvalidArgument,
                    $"linux.seccomp.architectures[{i}]: '{SeccompNames.Name(architecture)}' has another byte order than this machine");
            }
            bool known = false;
            for (int k = 0; k < count; k++) known |= abis[k].Architecture == architecture;
            if (!known) abis[count++] = abi;
        }
        return abis[..count];
    }

    private static uint Flags(Profile profile, bool notifies)
    {
        uint flags = notifies ? Bpf.FlagNewListener : 0;
        // Absent is not empty: as in runc and crun, speculation mitigations are left off unless the profile says flags.
        if (profile.Flags is null) return flags | Bpf.FlagSpecAllow;
        for (int i = 0; i < profile.Flags.Count; i++)
        {
            flags |= profile.Flags[i] switch
            {
                // The filter is installed by the only thread of a process that is about to exec.
                "SECCOMP_FILTER_FLAG_TSYNC" => 0,
                "SECCOMP_FILTER_FLAG_LOG" => Bpf.FlagLog,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => Bpf.FlagSpecAllow,
                // EINVAL without a listener (Linux 5.19).
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => notifies ? Bpf.FlagWaitKillableReceive : 0,
                string other => throw new CofferdamException(ErrorKind.InvalidArgument,
                    $"linux.seccomp.flags[{i}]: unknown flag '{other}'"),
            };
        }
        return flags;
    }

    private static CofferdamException Unsupported(string field, SeccompArchitecture architecture) =>
        new(ErrorKind.InvalidArgument, $"{field}: no system call table for architecture {(int)architecture}");
}
