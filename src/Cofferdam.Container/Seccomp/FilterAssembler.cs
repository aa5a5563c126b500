namespace Cofferdam.Containers.Seccomp;

/// <summary>Writes a program from its last instruction to its first, so that every jump knows its target.</summary>
/// <remarks>
/// A target is a place (counted from the end of the program, 0 or more) or an answer (negative). Answers are return
/// instructions that neighbours share; where a conditional jump cannot reach its target (8 bits), a copy of the return
/// or a long jump is put next to it.
/// </remarks>
internal sealed class FilterAssembler
{
    /// <summary>Under 255, because making one target of a jump reachable may push the other one further away.</summary>
    private const int Reachable = 250;

    private ulong[] _code = new ulong[512];
    private int _count;
    private (uint Value, int Place)[] _answers = new (uint, int)[4];
    private int _answerCount;

    /// <summary>The target that returns a value.</summary>
    public int Answer(uint value)
    {
        for (int i = 0; i < _answerCount; i++)
        {
            if (_answers[i].Value == value) return ~i;
        }
        if (_answerCount == _answers.Length) Array.Resize(ref _answers, _answerCount * 2);
        _answers[_answerCount] = (value, -1);
        return ~_answerCount++;
    }

    /// <summary>A conditional jump on A; returns its place.</summary>
    public int Jump(ushort code, uint k, int whenTrue, int whenFalse)
    {
        int near = Reach(whenTrue), far = Reach(whenFalse);
        return Emit(code, (byte)(_count - near - 1), (byte)(_count - far - 1), k);
    }

    /// <summary>Loads a word and goes on with <paramref name="next"/>.</summary>
    public int Load(uint offset, int next)
    {
        Follow(next);
        return Emit(Bpf.Load, 0, 0, offset);
    }

    /// <summary>Masks A and goes on with <paramref name="next"/>.</summary>
    public int And(uint mask, int next)
    {
        Follow(next);
        return Emit(Bpf.And, 0, 0, mask);
    }

    public ulong[] ToArray() => _code.AsSpan(_code.Length - _count).ToArray();

    /// <summary>Makes the instruction written last the one that <paramref name="target"/> means.</summary>
    private void Follow(int target)
    {
        if (target < 0) Return(~target);
        else if (target != _count - 1) JumpTo(target);
    }

    private int Reach(int target)
    {
        if (target >= 0) return _count - target > Reachable ? JumpTo(target) : target;
        int place = _answers[~target].Place;
        return place >= 0 && _count - place <= Reachable ? place : Return(~target);
    }

    private int JumpTo(int place) => Emit(Bpf.JumpAlways, 0, 0, (uint)(_count - place - 1));

    private int Return(int answer) => _answers[answer].Place = Emit(Bpf.Return, 0, 0, _answers[answer].Value);

    private int Emit(ushort code, byte whenTrue, byte whenFalse, uint k)
    {
        if (_count == _code.Length) Grow();
        _code[^(_count + 1)] = Bpf.Pack(code, whenTrue, whenFalse, k);
        return _count++;
    }

    private void Grow()
    {
        if (_count == Bpf.MaxInstructions)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                $"linux.seccomp.syscalls: the filter needs more than the {Bpf.MaxInstructions} instructions that the kernel takes");
        }
        var larger = new ulong[_code.Length * 2];
        _code.CopyTo(larger, _code.Length);
        _code = larger;
    }
}
