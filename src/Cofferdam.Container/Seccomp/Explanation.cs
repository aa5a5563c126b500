using System.Text;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Containers.Seccomp;

/// <summary>Tells in words what a profile does with one system call.</summary>
internal static class Explanation
{
    public static string Of(Profile profile, SeccompArchitecture native, string syscall)
    {
        int name = SyscallTable.Find(syscall);
        if (name < 0) return $"'{syscall}' is not a known system call";
        Abi.TryGet(native, out Abi abi);
        if (NumberOf(abi, name) is not uint number) return $"'{syscall}' does not exist on {SeccompNames.Name(native)}";
        RuleSet rules = RuleSet.From(profile, null);
        var text = new StringBuilder($"'{syscall}' ({number}): ");
        if (rules.Unconditional(name) is >= 0 and int rule)
        {
            return text.Append($"{ReturnText.Of(rules.Return(rule))} by linux.seccomp.syscalls[{rule}]").ToString();
        }
        if (!rules.IsListed(name) && rules.NewerReturn != rules.DefaultReturn && number - abi.Base > Newest(abi, rules))
        {
            return text.Append($"{ReturnText.Of(rules.NewerReturn)}, newer than every system call that the profile names").ToString();
        }
        AppendClauses(text, rules, abi, name);
        return text.Append($"{ReturnText.Of(rules.DefaultReturn)} by linux.seccomp.defaultAction").ToString();
    }

    private static void AppendClauses(StringBuilder text, RuleSet rules, Abi abi, int name)
    {
        var clauses = new Clause[8];
        Span<Clause> found = clauses.AsSpan(0, rules.Clauses(name, 0, ref clauses, 0));
        if (found.IsEmpty) return;
        found = clauses.AsSpan(0, found.Length);
        new ConditionEmitter(new FilterAssembler(), rules, abi).Sort(found);
        Span<Condition> conditions = stackalloc Condition[6];
        foreach (Clause clause in found)
        {
            text.Append($"{ReturnText.Of(rules.Return(clause.Rule))} by linux.seccomp.syscalls[{clause.Rule}] if ");
            int count = clause.Conditions(rules.Rules, abi.Is64Bit, conditions);
            for (int i = 0; i < count; i++) text.Append(i == 0 ? "" : " and ").Append(Text(conditions[i]));
            text.Append(count == 0 ? "always; otherwise " : "; otherwise ");
        }
    }

    private static string Text(Condition condition)
    {
        string op = condition.Operator switch
        {
            SeccompOperator.NotEqual => "!=",
            SeccompOperator.LessThan => "<",
            SeccompOperator.LessOrEqual => "<=",
            SeccompOperator.GreaterOrEqual => ">=",
            SeccompOperator.GreaterThan => ">",
            _ => "==",
        };
        return condition.Operator == SeccompOperator.MaskedEqual
            ? $"(arg{condition.Argument} & 0x{condition.Mask:x}) == 0x{condition.Value:x}"
            : $"arg{condition.Argument} {op} 0x{condition.Value:x}";
    }

    private static uint? NumberOf(Abi abi, int name)
    {
        for (int i = 0; i < abi.Numbers.Length; i++)
        {
            if (abi.Numbers[i] == name + 1) return abi.Base + (uint)i;
        }
        for (int i = 0; i < abi.PrivateNumbers.Length; i++)
        {
            if (abi.PrivateNumbers[i] == name + 1) return Abi.ArmPrivateBase + (uint)i;
        }
        return null;
    }

    private static uint Newest(Abi abi, RuleSet rules)
    {
        int newest = abi.Numbers.Length - 1;
        while (newest > 0 && (abi.Numbers[newest] == 0 || !rules.IsListed(abi.Numbers[newest] - 1))) newest--;
        return newest > 0 ? (uint)newest : uint.MaxValue;
    }
}
