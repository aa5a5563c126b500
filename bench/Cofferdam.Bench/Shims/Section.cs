namespace Cofferdam.Bench.Shims;

/// <summary>A table of the report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Note">What the rows have in common.</param>
/// <param name="Figures">Its rows.</param>
internal sealed record Section(string Title, string Note, IReadOnlyList<Figure> Figures);
