namespace Cofferdam.Linux;

/// <summary>A pair of limits; <see cref="Unlimited"/> stands for none.</summary>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>RLIM_INFINITY.</summary>
    public const ulong Unlimited = ulong.MaxValue;
}
