namespace Cofferdam.Bench.Shims;

/// <summary>CPU of a cgroup over many operations of one lane, with what is tidied up behind them; the mean of one operation.</summary>
internal sealed class CpuAccount(Func<Lane, CpuGroup> group)
{
    private const int SettleMilliseconds = 300;
    private readonly Dictionary<Lane, double> _starts = [];
    private readonly Dictionary<Lane, (int Count, double Client)> _operations = [];

    /// <summary>At the first operation that counts.</summary>
    public void Start(Lane lane)
    {
        _starts[lane] = group(lane).CpuMilliseconds;
        _operations[lane] = (0, 0);
    }

    /// <summary>One more operation, and what its client took, which runs outside the cgroup.</summary>
    public void Count(Lane lane, double clientMilliseconds = 0) =>
        _operations[lane] = (_operations[lane].Count + 1, _operations[lane].Client + clientMilliseconds);

    /// <summary>The means of the cgroup alone and of the client.</summary>
    public (double Group, double Client) Finish(Lane lane)
    {
        Thread.Sleep(SettleMilliseconds);
        (int count, double client) = _operations[lane];
        return ((group(lane).CpuMilliseconds - _starts[lane]) / count, client / count);
    }
}
