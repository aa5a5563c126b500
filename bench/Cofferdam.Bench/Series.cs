namespace Cofferdam.Bench;

/// <summary>The samples of one runtime in one scenario; <see cref="Failure"/> says why there are none.</summary>
internal sealed class Series(Peer peer)
{
    private readonly List<Sample> _samples = [];

    public Peer Peer { get; } = peer;

    public string? Failure { get; set; }

    public int Count => _samples.Count;

    public double Median => Quantile(s => s.WallMilliseconds, 0.5);

    public double P90 => Quantile(s => s.WallMilliseconds, 0.9);

    public double CpuMedian => Quantile(s => s.CpuMilliseconds, 0.5);

    public void Add(Sample sample) => _samples.Add(sample);

    private double Quantile(Func<Sample, double> value, double share)
    {
        double[] sorted = [.. _samples.Select(value).Order()];
        double position = share * (sorted.Length - 1);
        int lower = (int)position;
        int upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((sorted[upper] - sorted[lower]) * (position - lower));
    }
}
