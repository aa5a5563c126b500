namespace Cofferdam.Linux;

/// <summary>Ids of the host that a user may map into user namespaces: <paramref name="Count"/> ids from <paramref name="Start"/> on.</summary>
public readonly record struct SubordinateRange(uint Start, uint Count);
