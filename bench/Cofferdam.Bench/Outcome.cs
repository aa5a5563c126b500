namespace Cofferdam.Bench;

/// <summary>One line of the report: a scenario under one condition, all runtimes side by side.</summary>
internal sealed record Outcome(string Name, string Title, IReadOnlyList<Series> Series);
