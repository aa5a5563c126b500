using Cofferdam.Spec;

namespace Cofferdam.Containers.Seccomp;

/// <summary>A comparison of one argument, in the width of one ABI.</summary>
internal readonly record struct Condition(uint Argument, SeccompOperator Operator, ulong Value, ulong Mask)
{
    /// <summary>A mask without bits compares nothing.</summary>
    public bool IsAlwaysTrue => Mask == 0;

    public static Condition From(SeccompArg argument, bool is64Bit)
    {
        ulong width = is64Bit ? ulong.MaxValue : uint.MaxValue;
        bool masked = argument.Op == SeccompOperator.MaskedEqual;
        ulong mask = masked ? argument.Value & width : width;
        // Bits of the value outside of the mask are dropped, as libseccomp does, and not compared with zero.
        return new Condition(argument.Index, argument.Op, (masked ? argument.ValueTwo : argument.Value) & mask, mask);
    }

    /// <summary>Which of two overlapping rules speaks first: negative if this one.</summary>
    /// <remarks>
    /// libseccomp's order, which profiles were written against: the later argument, then equality before upper bounds
    /// before lower bounds, then the tighter bound (for equality the larger value).
    /// </remarks>
    public int Precedes(Condition other)
    {
        if (Argument != other.Argument) return Argument > other.Argument ? -1 : 1;
        int rank = Rank(Operator) - Rank(other.Operator);
        if (rank != 0) return rank;
        int order = Order(other, 32);
        // Where only the masks of the upper halves differ the comparison ends, and the order of the profile decides.
        return order != 0 || Mask >> 32 != other.Mask >> 32 ? order : Order(other, 0);
    }

    private int Order(Condition other, int half)
    {
        int order = ((uint)(other.Value >> half)).CompareTo((uint)(Value >> half));
        return Operator is SeccompOperator.LessThan or SeccompOperator.LessOrEqual ? -order : order;
    }

    private static int Rank(SeccompOperator op) => op switch
    {
        SeccompOperator.LessThan or SeccompOperator.LessOrEqual => 1,
        SeccompOperator.GreaterThan or SeccompOperator.GreaterOrEqual => 2,
        _ => 0,
    };
}
