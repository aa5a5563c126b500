namespace Cofferdam.Bench.Shims;

/// <summary>Something that all shims do, and the tables that come of it.</summary>
internal abstract class Measure(string name)
{
    /// <summary>For --only.</summary>
    public string Name { get; } = name;

    public abstract IEnumerable<Section> Run(Turns turns, ShimOptions options);
}
