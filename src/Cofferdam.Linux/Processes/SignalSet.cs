namespace Cofferdam.Linux;

/// <summary>A set of signals (sigsetops(3)), one bit each.</summary>
public readonly record struct SignalSet(ulong Bits)
{
    /// <summary>No signal.</summary>
    public static SignalSet Empty => default;

    /// <summary>Every signal; the kernel and glibc leave those out that cannot be blocked.</summary>
    public static SignalSet All => new(ulong.MaxValue);

    /// <summary>The set of these signals.</summary>
    public static SignalSet Of(params ReadOnlySpan<int> signals)
    {
        ulong bits = 0;
        foreach (int signal in signals) bits |= 1ul << (signal - 1);
        return new SignalSet(bits);
    }

    /// <summary>True when the signal is in the set.</summary>
    public bool Contains(int signal) => (Bits & (1ul << (signal - 1))) != 0;

    /// <summary>The set without these signals.</summary>
    public SignalSet Except(params ReadOnlySpan<int> signals) => new(Bits & ~Of(signals).Bits);
}
