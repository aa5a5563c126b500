using Cofferdam.Spec;

namespace Cofferdam.Containers.Seccomp;

/// <summary>One way in which a rule can match a system call: all of its conditions hold.</summary>
/// <param name="Rule">The rule's place in <c>linux.seccomp.syscalls</c>.</param>
/// <param name="Argument">The only condition that counts (a place in the rule's <c>args</c>), or -1 for all of them.</param>
/// <param name="Call">Above 0: reached through socketcall or ipc, whose first argument must be this number.</param>
internal readonly record struct Clause(int Rule, int Argument, int Call)
{
    /// <summary>Writes the conditions into <paramref name="conditions"/>, ordered by argument, as one ABI sees them.</summary>
    public int Conditions(IReadOnlyList<SeccompSyscall> rules, bool is64Bit, Span<Condition> conditions)
    {
        int count = 0;
        // The number of the call takes the place of what the rule says of the first argument, as in libseccomp: the
        // real arguments are in memory, where no filter can look.
        if (Call > 0) conditions[count++] = Condition.From(new SeccompArg { Op = SeccompOperator.Equal, Value = (ulong)Call }, is64Bit);
        IReadOnlyList<SeccompArg> arguments = rules[Rule].Args;
        for (int i = 0; i < arguments.Count; i++)
        {
            if (Argument >= 0 && i != Argument) continue;
            SeccompArg argument = arguments[i];
            if (Call > 0 && argument.Index == 0) continue;
            Condition condition = Condition.From(argument, is64Bit);
            if (condition.IsAlwaysTrue) continue;
            int place = count++;
            for (; place > 0 && conditions[place - 1].Argument > condition.Argument; place--) conditions[place] = conditions[place - 1];
            conditions[place] = condition;
        }
        return count;
    }
}
