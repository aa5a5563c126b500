using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>What a profile says, evaluated rule by rule: the plainest possible reading.</summary>
internal sealed class ProfileReading(Profile profile)
{
    private static readonly Dictionary<string, int> s_calls = AnswerComparison.SocketCalls.Select((n, i) => (n, i + 1))
        .Concat([("semop", 1), ("semget", 2), ("semctl", 3), ("semtimedop", 4), ("msgsnd", 11), ("msgrcv", 12), ("msgget", 13),
            ("msgctl", 14), ("shmat", 21), ("shmdt", 22), ("shmget", 23), ("shmctl", 24)])
        .ToDictionary(c => c.Item1, c => c.Item2);

    private readonly uint _default = LibSeccomp.Action(profile.DefaultAction, profile.DefaultErrnoRet);

    public uint Answer(SeccompArchitecture architecture, string? name, ReadOnlySpan<ulong> arguments)
    {
        if (name is null) return _default;
        bool wide = !architecture.ToString().EndsWith("32", StringComparison.Ordinal)
            && architecture is not (SeccompArchitecture.X86 or SeccompArchitecture.Arm or SeccompArchitecture.Ppc or SeccompArchitecture.S390
                or SeccompArchitecture.Mips or SeccompArchitecture.Mipsel or SeccompArchitecture.Parisc);
        foreach (SeccompSyscall rule in RulesOf(name))
        {
            if (rule.Args.Count == 0) return LibSeccomp.Action(rule.Action, rule.ErrnoRet);
        }
        foreach (SeccompSyscall rule in RulesOf(name))
        {
            if (Matches(rule.Args, arguments, wide)) return LibSeccomp.Action(rule.Action, rule.ErrnoRet);
        }
        string[] carried = name switch { "socketcall" => AnswerComparison.SocketCalls, "ipc" => AnswerComparison.IpcCalls, _ => [] };
        foreach (string call in carried)
        {
            if ((wide ? arguments[0] : (uint)arguments[0]) != (ulong)s_calls[call]) continue;
            List<SeccompSyscall> rules = [.. RulesOf(call)];
            foreach (SeccompSyscall rule in rules.Where(r => r.Args.Count == 0).Concat(rules))
            {
                if (MatchesCarried(rule.Args, arguments, wide)) return LibSeccomp.Action(rule.Action, rule.ErrnoRet);
            }
        }
        return _default;
    }

    private IEnumerable<SeccompSyscall> RulesOf(string name) =>
        profile.Syscalls.Where(r => r.Names.Contains(name) && LibSeccomp.Action(r.Action, r.ErrnoRet) != _default);

    private static bool Matches(IReadOnlyList<SeccompArg> conditions, ReadOnlySpan<ulong> arguments, bool wide)
    {
        bool any = false, all = true;
        foreach (SeccompArg condition in conditions)
        {
            bool holds = Holds(condition, arguments[(int)condition.Index], wide);
            any |= holds;
            all &= holds;
        }
        return Separate(conditions) ? any : all;
    }

    /// <summary>The first argument is the number of the call; what the rule says of it is not asked.</summary>
    private static bool MatchesCarried(IReadOnlyList<SeccompArg> conditions, ReadOnlySpan<ulong> arguments, bool wide)
    {
        if (!Separate(conditions)) return Matches([.. conditions.Where(c => c.Index != 0)], arguments, wide);
        return conditions.Any(c => c.Index == 0) || Matches(conditions, arguments, wide);
    }

    private static bool Separate(IReadOnlyList<SeccompArg> conditions) => conditions.GroupBy(c => c.Index).Any(g => g.Count() > 1);

    private static bool Holds(SeccompArg condition, ulong argument, bool wide)
    {
        ulong value = condition.Value, two = condition.ValueTwo;
        if (!wide) (argument, value, two) = ((uint)argument, (uint)value, (uint)two);
        return condition.Op switch
        {
            SeccompOperator.NotEqual => argument != value,
            SeccompOperator.LessThan => argument < value,
            SeccompOperator.LessOrEqual => argument <= value,
            SeccompOperator.Equal => argument == value,
            SeccompOperator.GreaterOrEqual => argument >= value,
            SeccompOperator.GreaterThan => argument > value,
            _ => (argument & value) == (two & value),
        };
    }
}
