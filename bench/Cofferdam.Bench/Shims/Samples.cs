namespace Cofferdam.Bench.Shims;

/// <summary>Numbers of one shim in one figure.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public IReadOnlyList<double> Values => _values;

    public double Median => Quantile(0.5);

    public double P90 => Quantile(0.9);

    public void Add(double value) => _values.Add(value);

    private double Quantile(double share)
    {
        double[] sorted = [.. _values.Order()];
        double position = share * (sorted.Length - 1);
        int lower = (int)position;
        int upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + ((sorted[upper] - sorted[lower]) * (position - lower));
    }
}
