namespace Cofferdam.Bench.Shims;

/// <summary>One row: what was measured of each shim.</summary>
/// <param name="Name">For the JSON.</param>
/// <param name="Title">For the table.</param>
/// <param name="Unit">ms, KiB, 1/s or nothing.</param>
/// <param name="Values">By lane; one that did not do what was to be measured is not in it.</param>
/// <param name="ShowsP90">Times vary, counts and sums do not.</param>
/// <param name="Aim">The share of the runc shim's value that we want to stay at or under.</param>
internal sealed record Figure(string Name, string Title, string Unit, IReadOnlyDictionary<Lane, Samples> Values, bool ShowsP90 = false, double? Aim = null);
