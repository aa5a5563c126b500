using Cofferdam.Spec;

namespace Cofferdam.Containers.Seccomp;

/// <summary>Writes the comparisons of arguments. The machine has 32 bits, so 64-bit arguments are compared by halves.</summary>
internal readonly ref struct ConditionEmitter(FilterAssembler assembler, RuleSet rules, Abi abi)
{
    private const int MaxConditions = 6;

    /// <summary>Writes the clauses of one system call, first one first; without a match it goes to <paramref name="otherwise"/>.</summary>
    public int Emit(ReadOnlySpan<Clause> clauses, int otherwise)
    {
        Span<Condition> conditions = stackalloc Condition[MaxConditions];
        int target = otherwise;
        for (int i = clauses.Length - 1; i >= 0; i--)
        {
            int count = clauses[i].Conditions(rules.Rules, abi.Is64Bit, conditions);
            int match = assembler.Answer(rules.Return(clauses[i].Rule));
            int run = count == 1 ? Run(clauses, i, conditions[0]) : 1;
            if (run > 1)
            {
                target = EmitRun(clauses.Slice(i - run + 1, run), conditions[0], match, target);
                i -= run - 1;
                continue;
            }
            for (int c = count - 1; c >= 0; c--) match = Emit(conditions[c], match, target);
            target = match;
        }
        return target;
    }

    /// <summary>Sorts clauses into the order in which they are asked (<see cref="Condition.Precedes"/>), stable.</summary>
    public void Sort(Span<Clause> clauses)
    {
        for (int i = 1; i < clauses.Length; i++)
        {
            Clause moving = clauses[i];
            int place = i;
            for (; place > 0 && Precedes(moving, clauses[place - 1]); place--) clauses[place] = clauses[place - 1];
            clauses[place] = moving;
        }
    }

    private bool Precedes(Clause a, Clause b)
    {
        Span<Condition> ofA = stackalloc Condition[MaxConditions], ofB = stackalloc Condition[MaxConditions];
        int countA = a.Conditions(rules.Rules, abi.Is64Bit, ofA), countB = b.Conditions(rules.Rules, abi.Is64Bit, ofB);
        if (countA == 0) return countB > 0; // matches always, as if it had no conditions
        for (int i = 0; i < Math.Min(countA, countB); i++)
        {
            int order = ofA[i].Precedes(ofB[i]);
            if (order != 0) return order < 0;
        }
        return false;
    }

    /// <summary>How many clauses up to <paramref name="last"/> compare one argument for equality and share the upper half.</summary>
    private int Run(ReadOnlySpan<Clause> clauses, int last, Condition condition)
    {
        if (condition.Operator != SeccompOperator.Equal) return 1;
        Span<Condition> other = stackalloc Condition[MaxConditions];
        int run = 1;
        for (; run <= last; run++)
        {
            Clause clause = clauses[last - run];
            if (clause.Conditions(rules.Rules, abi.Is64Bit, other) != 1 || other[0].Operator != SeccompOperator.Equal
                || other[0].Argument != condition.Argument || other[0].Value >> 32 != condition.Value >> 32
                || rules.Return(clause.Rule) != rules.Return(clauses[last].Rule))
            {
                break;
            }
        }
        return run;
    }

    private int EmitRun(ReadOnlySpan<Clause> clauses, Condition condition, int match, int otherwise)
    {
        Span<Condition> one = stackalloc Condition[MaxConditions];
        int next = otherwise;
        for (int i = clauses.Length - 1; i >= 0; i--)
        {
            clauses[i].Conditions(rules.Rules, abi.Is64Bit, one);
            next = assembler.Jump(Bpf.JumpEqual, (uint)one[0].Value, match, next);
        }
        next = assembler.Load(LowHalf(condition.Argument), next);
        if (!abi.Is64Bit) return next;
        next = assembler.Jump(Bpf.JumpEqual, (uint)(condition.Value >> 32), next, otherwise);
        return assembler.Load(HighHalf(condition.Argument), next);
    }

    private int Emit(Condition condition, int match, int otherwise)
    {
        uint low = (uint)condition.Value, high = (uint)(condition.Value >> 32);
        uint lowMask = (uint)condition.Mask, highMask = (uint)(condition.Mask >> 32);
        bool inverted = condition.Operator is SeccompOperator.NotEqual or SeccompOperator.LessThan or SeccompOperator.LessOrEqual;
        (int yes, int no) = inverted ? (otherwise, match) : (match, otherwise);
        ushort code = condition.Operator switch
        {
            SeccompOperator.GreaterThan or SeccompOperator.LessOrEqual => Bpf.JumpGreater,
            SeccompOperator.GreaterOrEqual or SeccompOperator.LessThan => Bpf.JumpGreaterOrEqual,
            _ => Bpf.JumpEqual,
        };
        int next = yes;
        if (lowMask != 0)
        {
            next = assembler.Jump(code, low, yes, no);
            if (lowMask != uint.MaxValue) next = assembler.And(lowMask, next);
            next = assembler.Load(LowHalf(condition.Argument), next);
        }
        if (highMask == 0) return next;
        next = assembler.Jump(Bpf.JumpEqual, high, next, no);
        // A larger upper half decides greater-than, whatever the lower half is.
        if (code != Bpf.JumpEqual) next = assembler.Jump(Bpf.JumpGreater, high, yes, next);
        if (highMask != uint.MaxValue) next = assembler.And(highMask, next);
        return assembler.Load(HighHalf(condition.Argument), next);
    }

    private uint LowHalf(uint argument) => Bpf.ArgumentsOffset + (8 * argument) + (abi.IsBigEndian ? 4u : 0);

    private uint HighHalf(uint argument) => Bpf.ArgumentsOffset + (8 * argument) + (abi.IsBigEndian ? 0 : 4u);
}
