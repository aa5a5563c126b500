namespace Cofferdam.Containers.Seccomp;

/// <summary>What a filter does with every system call number of one AUDIT_ARCH: ranges without gaps, in order.</summary>
/// <remarks>A decision is an answer of the assembler (negative), or the index of a name whose rules have conditions.</remarks>
internal sealed class NumberRanges(FilterAssembler assembler, RuleSet rules)
{
    private (uint First, int Decision)[] _ranges = new (uint, int)[256];
    private int _count;
    private (bool Is64Bit, Clause[] Clauses, int Place)[] _blocks = new (bool, Clause[], int)[8];
    private int _blockCount;

    /// <summary>The answer where no rule speaks.</summary>
    public int Default { get; } = assembler.Answer(rules.DefaultReturn);

    public void Clear() => _count = 0;

    /// <summary>From <paramref name="first"/> on, until something else is said: <paramref name="decision"/>.</summary>
    public void Append(uint first, int decision)
    {
        if (_count > 0 && _ranges[_count - 1].First == first) _count--;
        // Two neighbours with conditions have two sets of rules, even if the index of the name were the same.
        if (_count > 0 && _ranges[_count - 1].Decision == decision && decision < 0) return;
        if (_count == _ranges.Length) Array.Resize(ref _ranges, _count * 2);
        _ranges[_count++] = (first, decision);
    }

    /// <summary>Appends the system calls of an ABI, and what follows them.</summary>
    public void Append(Abi abi)
    {
        bool multiplexes = abi.Has(SyscallTable.Socketcall);
        ReadOnlySpan<ushort> numbers = abi.Numbers;
        int newest = numbers.Length - 1;
        while (newest > 0 && !IsListed(numbers[newest] - 1, multiplexes)) newest--;
        // As in runc, a profile that names nothing (or only number 0) has no newest call, so all stays with the default.
        int newer = newest > 0 ? assembler.Answer(rules.NewerReturn) : Default;
        if (abi.Base == 0 || abi.Base == Abi.X32Bit) Append(abi.Base, Default);
        for (int i = 0; i <= newest; i++)
        {
            bool hidden = i == 0 && abi.HidesUnknownNumbers && newer != Default;
            Append(abi.Base + (uint)i, hidden ? newer : Decide(numbers[i] - 1, multiplexes));
        }
        Append(abi.Base + (uint)newest + 1, newer);
        ReadOnlySpan<ushort> privates = abi.PrivateNumbers;
        for (int i = 0; i < privates.Length; i++) Append(Abi.ArmPrivateBase + (uint)i, Decide(privates[i] - 1, multiplexes));
        if (privates.Length > 0) Append(Abi.ArmPrivateBase + (uint)privates.Length, newer);
    }

    /// <summary>Writes a balanced tree of comparisons; returns its root. A holds the number.</summary>
    public int Emit(Abi abi, Abi? upper) => Emit(abi, upper, 0, _count - 1);

    private int Emit(Abi abi, Abi? upper, int from, int to)
    {
        if (from == to) return EmitLeaf(upper is { } other && _ranges[from].First >= other.Base ? other : abi, _ranges[from].Decision);
        if (to - from == 2 && _ranges[from].Decision < 0 && _ranges[from].Decision == _ranges[to].Decision
            && _ranges[to].First - _ranges[from + 1].First == 1)
        {
            int around = EmitLeaf(abi, _ranges[from].Decision);
            int inside = Emit(abi, upper, from + 1, from + 1);
            return assembler.Jump(Bpf.JumpEqual, _ranges[from + 1].First, inside, around);
        }
        int middle = (from + to + 1) / 2;
        int right = Emit(abi, upper, middle, to);
        int left = Emit(abi, upper, from, middle - 1);
        return assembler.Jump(Bpf.JumpGreaterOrEqual, _ranges[middle].First, right, left);
    }

    private int EmitLeaf(Abi abi, int decision)
    {
        if (decision < 0) return decision;
        var clauses = new Clause[8];
        int count = 0;
        ReadOnlySpan<ushort> carried = abi.Has(SyscallTable.Socketcall) ? SyscallTable.CarriedBy(decision) : [];
        for (int call = 1; call < carried.Length; call++)
        {
            if (carried[call] != 0) count = rules.Clauses(carried[call] - 1, call, ref clauses, count);
        }
        count = rules.Clauses(decision, 0, ref clauses, count);
        Array.Resize(ref clauses, count);
        return Share(abi.Is64Bit, clauses) ?? Write(abi, clauses);
    }

    /// <summary>Names that stand in the same rules need the comparisons only once.</summary>
    private int? Share(bool is64Bit, ReadOnlySpan<Clause> clauses)
    {
        for (int i = 0; i < _blockCount; i++)
        {
            if (_blocks[i].Is64Bit == is64Bit && clauses.SequenceEqual(_blocks[i].Clauses)) return _blocks[i].Place;
        }
        return null;
    }

    private int Write(Abi abi, Clause[] clauses)
    {
        if (_blockCount == _blocks.Length) Array.Resize(ref _blocks, _blockCount * 2);
        var sorted = (Clause[])clauses.Clone();
        var emitter = new ConditionEmitter(assembler, rules, abi);
        emitter.Sort(sorted);
        int place = emitter.Emit(sorted, Default);
        _blocks[_blockCount++] = (abi.Is64Bit, clauses, place);
        return place;
    }

    private int Decide(int name, bool multiplexes)
    {
        if (name < 0) return Default;
        int rule = rules.Unconditional(name);
        if (rule >= 0) return assembler.Answer(rules.Return(rule));
        return rules.IsConditional(name) || (multiplexes && CarriesRules(name)) ? name : Default;
    }

    private bool IsListed(int name, bool multiplexes) =>
        name >= 0 && (rules.IsListed(name) || (multiplexes && CarriesRules(name)));

    private bool CarriesRules(int name)
    {
        foreach (ushort carried in SyscallTable.CarriedBy(name))
        {
            if (carried != 0 && (rules.Unconditional(carried - 1) >= 0 || rules.IsConditional(carried - 1))) return true;
        }
        return false;
    }
}
