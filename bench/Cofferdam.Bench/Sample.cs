namespace Cofferdam.Bench;

/// <summary>One measured action: wall clock and CPU of the runtime and all it waited for.</summary>
internal readonly record struct Sample(double WallMilliseconds, double CpuMilliseconds)
{
    public static Sample operator +(Sample left, Sample right) =>
        new(left.WallMilliseconds + right.WallMilliseconds, left.CpuMilliseconds + right.CpuMilliseconds);
}
