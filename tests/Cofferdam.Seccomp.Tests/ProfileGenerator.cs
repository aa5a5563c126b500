using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Makes profiles with all actions and operators.</summary>
internal sealed class ProfileGenerator(Random random, SeccompArchitecture native)
{
    private static readonly ulong[] s_values =
        [0, 1, 2, 8, 40, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x7e020000, 0xdeadbeefcafe, ulong.MaxValue, 1UL << 63];

    private static readonly SeccompAction[] s_actions =
        [SeccompAction.Allow, SeccompAction.Errno, SeccompAction.KillProcess, SeccompAction.KillThread, SeccompAction.Trap, SeccompAction.Trace,
            SeccompAction.Log];

    // libseccomp 2.5.4 knows calls above 450 for some architectures only, and _llseek of 64-bit parisc alone. It takes two
    // calls of powerpc for each other when it is asked on x86-64.
    private readonly string[] _names =
        [.. AnswerComparison.Table(native).Concat(AnswerComparison.Table(SeccompArchitecture.X86))
            .Where(e => (e.Value & 0xffff) % 1000 <= 450 && e.Key is not ("_llseek" or "switch_endian" or "sys_debug_setcontext"))
            .Select(e => e.Key).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether rules of one system call may differ in their action.</summary>
    public bool Contradictory { get; init; }

    /// <summary>At most one rule for each system call, and only such that libseccomp 2.5.4 compiles rightly.</summary>
    public bool OneRuleEach { get; init; }

    public Profile Next(SeccompArchitecture[] architectures)
    {
        var used = new Dictionary<string, int>();
        var actionOf = new Dictionary<string, (SeccompAction, uint?)>();
        var rules = new List<SeccompSyscall>();
        // libseccomp's time and memory grow with the power of the rules of one call.
        int limit = OneRuleEach ? 1 : 4, count = random.Next(1, 40);
        for (int i = 0; i < count; i++)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(1, 40) : 1).Select(_ => Name()).Distinct()];
            (SeccompAction action, uint? errno) = Action();
            List<SeccompArg> arguments = random.Next(3) == 0 ? [] : Arguments();
            if (OneRuleEach) arguments = Simple(arguments);
            names = [.. names.Where(n => (used[n] = used.GetValueOrDefault(n) + 1) <= limit)];
            foreach (IGrouping<(SeccompAction, uint?), string> group in names.GroupBy(n => Contradictory ? (action, errno) : ActionOf(n)))
            {
                rules.Add(new SeccompSyscall { Names = [.. group], Action = group.Key.Item1, ErrnoRet = group.Key.Item2, Args = arguments });
            }

            (SeccompAction, uint?) ActionOf(string name) =>
                actionOf.TryGetValue(name, out (SeccompAction, uint?) known) ? known : actionOf[name] = (action, errno);
        }
        (SeccompAction fallback, uint? fallbackErrno) = Action();
        return new Profile
        {
            DefaultAction = fallback,
            DefaultErrnoRet = fallbackErrno,
            Architectures = architectures,
            Syscalls = rules,
        };
    }

    private string Name()
    {
        // Few names, so that rules meet.
        string name = random.Next(2) == 0 ? _names[random.Next(_names.Length)] : _names[random.Next(8) * 37 % _names.Length];
        // What is said of these two and of the calls they carry may contradict.
        return name is "socketcall" or "ipc" && !Contradictory ? "read" : name;
    }

    private (SeccompAction, uint?) Action()
    {
        SeccompAction action = s_actions[random.Next(s_actions.Length)];
        bool takesErrno = action is SeccompAction.Errno or SeccompAction.Trace;
        return (action, takesErrno && random.Next(2) == 0 ? (uint)random.Next(0, 100) : null);
    }

    private List<SeccompArg> Arguments()
    {
        int count = random.Next(1, 4);
        return [.. Enumerable.Range(0, count).Select(_ => new SeccompArg
        {
            Index = (uint)random.Next(0, random.Next(2) == 0 ? 2 : 6),
            Op = (SeccompOperator)random.Next(0, 7),
            Value = Value(),
            ValueTwo = random.Next(2) == 0 ? Value() : 0,
        })];
    }

    /// <summary>No argument twice, and comparisons with two ways to hold (NE, LT, GT …) only in the last place.</summary>
    private static List<SeccompArg> Simple(List<SeccompArg> arguments)
    {
        List<SeccompArg> ordered = [.. arguments.DistinctBy(a => a.Index).OrderBy(a => a.Index)];
        return [.. ordered.Select((a, i) => i == ordered.Count - 1 || a.Op == SeccompOperator.MaskedEqual ? a : a with { Op = SeccompOperator.Equal })];
    }

    private ulong Value() => random.Next(4) == 0 ? (ulong)random.NextInt64() : s_values[random.Next(s_values.Length)];
}
