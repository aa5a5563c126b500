using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Asks our program, libseccomp's, and a plain reading of the profile the same questions.</summary>
/// <remarks>
/// libseccomp knows nothing of runc's ENOSYS for newer system calls; here that is written down a second time, from the
/// documented behaviour (docs/seccomp.md) and with libseccomp's tables. libseccomp 2.5.4 is wrong at times where two ways
/// lead to one comparison (several rules for one system call, or a rule that goes on after a &lt;, &gt; or !=): it compares
/// what the other way left in the accumulator. <see cref="Theirs"/> counts such answers apart.
/// </remarks>
internal sealed class AnswerComparison
{
    private const uint NoSystem = 0x50000 | 38;

    internal static readonly string[] SocketCalls =
    [
        "socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send", "recv", "sendto",
        "recvfrom", "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
    ];

    internal static readonly string[] IpcCalls =
        ["semop", "semget", "semctl", "semtimedop", "msgsnd", "msgrcv", "msgget", "msgctl", "shmat", "shmdt", "shmget", "shmctl"];

    private static readonly Dictionary<SeccompArchitecture, Dictionary<string, uint>> s_tables = [];

    private readonly Profile _profile;
    private readonly Random _random;
    private readonly CbpfMachine _ours;
    private readonly CbpfMachine _theirs;
    private readonly SeccompArchitecture[] _architectures;
    private readonly ILookup<string, SeccompSyscall> _rules;
    private readonly ProfileReading _reading;

    private AnswerComparison(Profile profile, SeccompArchitecture native, byte[] theirs, Random random)
    {
        _profile = profile;
        _random = random;
        bool bigEndian = LibSeccomp.IsBigEndian(native);
        Program = SeccompCompiler.Compile(profile, native);
        _ours = new CbpfMachine(Program.Instructions, bigEndian);
        uint fallback = LibSeccomp.Action(profile.DefaultAction, profile.DefaultErrnoRet);
        _theirs = new CbpfMachine(theirs, bigEndian) { Answers = [0, fallback, .. profile.Syscalls.Select(r => LibSeccomp.Action(r.Action, r.ErrnoRet))] };
        _architectures = [.. profile.Architectures.Prepend(native).Distinct()];
        _rules = profile.Syscalls.SelectMany(r => r.Names, (r, n) => (r, n)).ToLookup(x => x.n, x => x.r);
        _reading = new ProfileReading(profile);
    }

    public SeccompProgram Program { get; }

    public int TheirLength => _theirs.Length;

    public int Asked { get; private set; }

    /// <summary>Where our program does not do what the profile says.</summary>
    public List<string> Ours { get; } = [];

    /// <summary>Where libseccomp's program does not.</summary>
    public List<string> Theirs { get; } = [];

    /// <summary>All numbers; null if libseccomp takes the profile for contradictory.</summary>
    public static AnswerComparison? Run(Profile profile, SeccompArchitecture native, Random random)
    {
        byte[]? theirs = LibSeccomp.Compile(profile, native);
        if (theirs is null) return null;
        var comparison = new AnswerComparison(profile, native, theirs, random);
        foreach (SeccompArchitecture architecture in comparison._architectures) comparison.Ask(architecture);
        comparison.AskForeign();
        return comparison;
    }


    /// <summary>libseccomp's table of an architecture, by walking all numbers.</summary>
    public static Dictionary<string, uint> Table(SeccompArchitecture architecture)
    {
        lock (s_tables)
        {
            if (s_tables.TryGetValue(architecture, out Dictionary<string, uint>? known)) return known;
            uint first = architecture == SeccompArchitecture.X32 ? 0x40000000u : 0;
            uint last = architecture.ToString().StartsWith("Mips", StringComparison.Ordinal) ? 7000u : 1000u;
            var table = new Dictionary<string, uint>();
            for (uint number = first; number < first + last; number++)
            {
                if (LibSeccomp.ResolveNumber(architecture, (int)number) is { } name) table[name] = number;
            }
            for (uint number = 0xf0000; architecture == SeccompArchitecture.Arm && number < 0xf0010; number++)
            {
                if (LibSeccomp.ResolveNumber(architecture, (int)number) is { } name) table[name] = number;
            }
            return s_tables[architecture] = table;
        }
    }

    private void Ask(SeccompArchitecture architecture)
    {
        Dictionary<string, uint> table = Table(architecture);
        var names = table.ToDictionary(e => e.Value, e => e.Key);
        uint? newest = Newest(table);
        uint audit = LibSeccomp.Audit(architecture);
        Span<ulong> arguments = stackalloc ulong[6];
        foreach (uint number in Numbers(architecture))
        {
            bool x32 = number >= 0x40000000 && audit == 0xc000003e;
            if (x32 && architecture == SeccompArchitecture.X86_64 && _architectures.Contains(SeccompArchitecture.X32)) continue;
            bool newer = newest is { } last && number > last && !(x32 && architecture == SeccompArchitecture.X86_64);
            // ARM's private numbers are not newer than the others, they lie far above them.
            if (architecture == SeccompArchitecture.Arm && number is > 0xf0000 and <= 0xf0006) newer = false;
            if (number == 0 && architecture is SeccompArchitecture.S390 or SeccompArchitecture.S390x) newer = newest is not null;
            names.TryGetValue(number, out string? name);
            List<ulong>? values = Values(name);
            for (int i = 0; i < (values is null ? 1 : 60); i++)
            {
                for (int a = 0; a < 6; a++) arguments[a] = values is null ? (ulong)_random.NextInt64() : values[_random.Next(values.Count)];
                if (architecture is SeccompArchitecture.Arm or SeccompArchitecture.X86) NarrowSometimes(arguments);
                uint theirs = _theirs.Run(number, audit, arguments);
                uint read = x32 != (architecture == SeccompArchitecture.X32) ? theirs : _reading.Answer(architecture, name, arguments);
                Asked++;
                Note(Ours, _ours.Run(number, audit, arguments), newer ? NoSystem : read);
                Note(Theirs, theirs, read);

                void Note(List<string> list, uint actual, uint expected)
                {
                    if (actual != expected) list.Add($"{architecture} {number} {name}: 0x{actual:x} instead of 0x{expected:x} for {(list == Ours ? "us" : "libseccomp")}");
                }
            }
        }
    }

    /// <summary>The kernel hands over 32-bit arguments zero-extended; a filter must not care.</summary>
    private void NarrowSometimes(Span<ulong> arguments)
    {
        if (_random.Next(2) == 0) return;
        foreach (ref ulong argument in arguments) argument = (uint)argument;
    }

    private void AskForeign()
    {
        foreach (uint audit in new uint[] { 0xc000003e, 0x40000003, 0x40000028, 0xc00000b7, 0x80000016, 0, uint.MaxValue, 0xc00000f3 })
        {
            if (_architectures.Any(a => LibSeccomp.Audit(a) == audit)) continue;
            foreach (uint number in new uint[] { 0, 1, 59, 400, 0x40000000, uint.MaxValue })
            {
                uint ours = _ours.Run(number, audit, new ulong[6]);
                Asked++;
                if (ours != _theirs.Run(number, audit, new ulong[6])) Ours.Add($"0x{audit:x} {number}: 0x{ours:x}");
            }
        }
    }

    private static IEnumerable<uint> Numbers(SeccompArchitecture architecture)
    {
        uint first = architecture switch
        {
            SeccompArchitecture.X32 => 0x40000000,
            SeccompArchitecture.Mips or SeccompArchitecture.Mipsel => 3900,
            SeccompArchitecture.Mips64 or SeccompArchitecture.Mipsel64 => 4900,
            SeccompArchitecture.Mips64n32 or SeccompArchitecture.Mipsel64n32 => 5900,
            _ => 0,
        };
        IEnumerable<uint> numbers = Enumerable.Range(0, 1101).Select(n => first + (uint)n);
        if (first == 0) numbers = numbers.Concat(new uint[] { 0x3fffffff, 0x40000000, 0x40000001, 0x400001ff, 0x7fffffff });
        if (architecture == SeccompArchitecture.Arm) numbers = numbers.Concat(Enumerable.Range(0xefffe, 16).Select(n => (uint)n));
        return numbers.Append(uint.MaxValue);
    }

    /// <summary>The highest number that the profile names, or null where nothing is answered with ENOSYS.</summary>
    private uint? Newest(Dictionary<string, uint> table)
    {
        if (_profile.DefaultAction is SeccompAction.Allow or SeccompAction.Log or SeccompAction.Trace) return null;
        uint first = table.Values.Min() & 0x40000000;
        List<uint> listed = [.. _rules.Select(r => table.GetValueOrDefault(r.Key, 0u)).Where(n => n < 0xf0000 || n >= 0x40000000)];
        // A call that carries others is named by them.
        foreach ((string carrier, string[] carried) in new[] { ("socketcall", SocketCalls), ("ipc", IpcCalls) })
        {
            if (table.TryGetValue(carrier, out uint number) && carried.Any(IsRestricted)) listed.Add(number);
        }
        uint newest = listed.DefaultIfEmpty(0u).Max();
        return newest == first || newest == 0 ? null : newest;
    }

    private bool IsRestricted(string name) => _rules[name].Any(r =>
        LibSeccomp.Action(r.Action, r.ErrnoRet) != LibSeccomp.Action(_profile.DefaultAction, _profile.DefaultErrnoRet));

    /// <summary>Values around every boundary of the rules of a name, on both halves; null without conditions.</summary>
    private List<ulong>? Values(string? name)
    {
        if (name is null) return null;
        string[] carried = name switch { "socketcall" => SocketCalls, "ipc" => IpcCalls, _ => [] };
        List<SeccompArg> conditions = [.. carried.Append(name).SelectMany(n => _rules[n]).SelectMany(r => r.Args)];
        if (conditions.Count == 0 && carried.Length == 0) return null;
        HashSet<ulong> values = [0, 1, ulong.MaxValue];
        foreach (ulong v in conditions.SelectMany(c => new[] { c.Value, c.ValueTwo, c.Value & c.ValueTwo, ~c.Value | c.ValueTwo }))
        {
            values.UnionWith([v, v + 1, v - 1, v ^ (1UL << 32), v ^ (1UL << 63), (v << 32) | (v >> 32), (uint)v, v | 0xffffffff00000000]);
        }
        for (ulong call = 1; carried.Length > 0 && call < 26; call++) values.UnionWith([call, call | (1UL << 32)]);
        return [.. values];
    }
}
