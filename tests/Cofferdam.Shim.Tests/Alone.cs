namespace Cofferdam.Shim.Tests;

/// <summary>Tests that would disturb others, and be disturbed.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
