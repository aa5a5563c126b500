using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>
/// Device rules as an eBPF program of the kernel's cgroup hook (linux/bpf.h, struct bpf_cgroup_dev_ctx). For each access
/// that is asked for, the last rule about it decides.
/// </summary>
/// <remarks>
/// The program goes through the rules from the last to the first and keeps those accesses in a register that no rule has
/// granted yet: a rule that allows takes its own away, one that denies any of the rest ends it. This is what a list of
/// rules says also where v1's table of exceptions cannot (a denial inside a wildcard).
/// </remarks>
internal static class DeviceProgram
{
    // Registers: the kernel passes the context in 1 and takes the answer from 0.
    private const int Answer = 0;
    private const int Context = 1;
    private const int Kind = 2;
    private const int Access = 3;
    private const int Major = 4;
    private const int Minor = 5;

    // Instruction codes (linux/bpf.h): class, operation, and K for a constant or X for a register.
    private const byte LoadWord = 0x61;
    private const byte Move = 0xb7;
    private const byte MoveRegister = 0xbf;
    private const byte And = 0x57;
    private const byte ShiftRight = 0x77;
    private const byte Jump = 0x05;
    private const byte JumpIfEqual = 0x15;
    private const byte JumpIfNotEqual = 0x55;
    private const byte JumpIfAnyBit = 0x45;
    private const byte Exit = 0x95;

    // BPF_DEVCG_DEV_* and BPF_DEVCG_ACC_*.
    private const int Block = 1;
    private const int Char = 2;
    private const int Mknod = 1;
    private const int Read = 2;
    private const int Write = 4;

    /// <summary>Throws for rules that are wrong on every host.</summary>
    public static void Check(IReadOnlyList<DeviceRule> rules)
    {
        for (int i = 0; i < rules.Count; i++) DeviceRuleReading.TryRead(rules[i], $"linux.resources.devices[{i}]", out _, out _);
    }

    /// <summary>The program for <paramref name="rules"/> and then <paramref name="defaults"/>, over a default of "deny all".</summary>
    /// <exception cref="CofferdamException">A rule has a wrong value; the message names its index.</exception>
    public static BpfInstruction[] Build(IReadOnlyList<DeviceRule> rules, IReadOnlyList<DeviceRule> defaults)
    {
        List<BpfInstruction> code =
        [
            // u32 access_type: the access above, the kind below; u32 major; u32 minor.
            new(LoadWord, Kind, Context, 0),
            new(MoveRegister, Access, Kind),
            new(And, Kind, immediate: 0xffff),
            new(ShiftRight, Access, immediate: 16),
            new(LoadWord, Major, Context, 4),
            new(LoadWord, Minor, Context, 8),
        ];
        List<(DeviceMatch Match, DeviceAccess Access)> decided = [];
        bool allowsByDefault = false;
        for (int i = rules.Count + defaults.Count - 1; i >= 0; i--)
        {
            (DeviceRule rule, string? field) = i < rules.Count ? (rules[i], $"linux.resources.devices[{i}]") : (defaults[i - rules.Count], null);
            if (!DeviceRuleReading.TryRead(rule, field, out DeviceMatch match, out DeviceAccess access))
            {
                allowsByDefault = rule.Allow;
                break;
            }

            // Later rules leave nothing to it: configurations often repeat the default ones.
            if (decided.Exists(later => Covers(later.Match, match) && (access & ~later.Access) == 0)) continue;
            decided.Add((match, access));
            Emit(code, match, access, rule.Allow);
        }

        code.AddRange(Return(allowsByDefault));
        return [.. code];
    }

    private static bool Covers(DeviceMatch wide, DeviceMatch narrow) =>
        wide.Kind == narrow.Kind && (wide.Major == DeviceMatch.Any || wide.Major == narrow.Major)
            && (wide.Minor == DeviceMatch.Any || wide.Minor == narrow.Minor);

    private static void Emit(List<BpfInstruction> code, DeviceMatch match, DeviceAccess access, bool allow)
    {
        List<BpfInstruction> effect = [];
        if (access != DeviceAccess.All && allow)
        {
            effect.Add(new BpfInstruction(And, Access, immediate: ~Bits(access)));
            effect.Add(new BpfInstruction(JumpIfNotEqual, Access, offset: 2));
        }
        else if (access != DeviceAccess.All)
        {
            effect.Add(new BpfInstruction(JumpIfAnyBit, Access, offset: 1, immediate: Bits(access)));
            effect.Add(new BpfInstruction(Jump, offset: 2));
        }

        effect.AddRange(Return(allow));

        List<BpfInstruction> conditions = [new(JumpIfNotEqual, Kind, immediate: match.Kind == 'b' ? Block : Char)];
        // The kernel's numbers have 12 and 20 bits: a number whose sign bit is set is equal to none, as it should be.
        if (match.Major != DeviceMatch.Any) conditions.Add(new BpfInstruction(JumpIfNotEqual, Major, immediate: (int)(uint)match.Major));
        if (match.Minor != DeviceMatch.Any) conditions.Add(new BpfInstruction(JumpIfNotEqual, Minor, immediate: (int)(uint)match.Minor));
        for (int i = 0; i < conditions.Count; i++) code.Add(conditions[i] with { Offset = (short)(conditions.Count - 1 - i + effect.Count) });
        code.AddRange(effect);
    }

    private static BpfInstruction[] Return(bool allow) => [new(Move, Answer, immediate: allow ? 1 : 0), new(Exit)];

    private static int Bits(DeviceAccess access) =>
        (access.HasFlag(DeviceAccess.Read) ? Read : 0) | (access.HasFlag(DeviceAccess.Write) ? Write : 0) | (access.HasFlag(DeviceAccess.Mknod) ? Mknod : 0);
}
