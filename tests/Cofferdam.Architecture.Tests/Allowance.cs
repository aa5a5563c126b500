namespace Cofferdam.Architecture.Tests;

/// <summary>A named exception from one rule: <paramref name="Where"/> is a path, or path#Method.</summary>
internal sealed record Allowance(Rule Rule, string Where, string Reason)
{
    /// <summary>Every exception there is. An entry that is no longer needed fails its rule's test.</summary>
    public static IReadOnlyList<Allowance> All { get; } =
    [
        new(Rule.MethodLength, "tests/Cofferdam.Plan.Tests/GoldenPlanTests.cs#The_default_configuration", "one golden text"),
    ];
}
