namespace Cofferdam.Bench.Shims;

/// <summary>The figures of one measure while its samples come in.</summary>
internal sealed class FigureSet
{
    private readonly List<(Figure Figure, Dictionary<Lane, Samples> Values)> _rows = [];

    /// <summary>In the order in which they were declared; a lane that failed is taken out.</summary>
    public IReadOnlyList<Figure> Finish(Turns turns)
    {
        var alive = turns.Lanes.ToHashSet();
        return [.. _rows.Select(r => r.Figure with { Values = r.Values.Where(v => alive.Contains(v.Key)).ToDictionary() })];
    }

    public FigureSet Declare(string name, string title, string unit, bool showsP90 = false, double? aim = null)
    {
        var values = new Dictionary<Lane, Samples>();
        _rows.Add((new Figure(name, title, unit, values, showsP90, aim), values));
        return this;
    }

    public void Add(string name, Lane lane, double value)
    {
        Dictionary<Lane, Samples> values = _rows.First(r => r.Figure.Name == name).Values;
        if (!values.TryGetValue(lane, out Samples? samples))
        {
            values[lane] = samples = new Samples();
        }

        samples.Add(value);
    }
}
