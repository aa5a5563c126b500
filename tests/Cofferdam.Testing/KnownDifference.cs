namespace Cofferdam.Testing;

/// <summary>A test that cannot hold on a runtime other than the one it was written for, or in some surroundings:
/// skipped there with its reason.
/// <c>COFFER_RUN_DIFFERENCES=1</c> runs them all, to see which still differ.</summary>
/// <param name="Runtime">Name that the runtime gives itself; empty for every runtime.</param>
/// <param name="Below">The first version in which the difference is gone; null when none is known.</param>
/// <param name="Test"><c>Class.Method</c>, or <c>Class.Method(part)</c> for the cases of a theory whose display name
/// holds the part.</param>
/// <param name="Reason">What differs, for the reader of the report.</param>
public sealed record KnownDifference(string Runtime, string? Below, string Test, string Reason)
{
    /// <summary>The first version that has the difference; null when all have.</summary>
    public string? From { get; init; }

    /// <summary>Where it differs; by default everywhere.</summary>
    public Place In { get; init; }

    public static string? ReasonFor(IReadOnlyList<KnownDifference> all, string test, string display) =>
        ReasonFor(all, test, display, RuntimeUnderTest.Name, RuntimeUnderTest.Version);

    public static string? ReasonFor(IReadOnlyList<KnownDifference> all, string test, string display, string runtime, Version version)
    {
        if (Environment.GetEnvironmentVariable("COFFER_RUN_DIFFERENCES") == "1")
            return null;
        foreach (KnownDifference known in all)
        {
            if ((known.Runtime.Length == 0 || known.Runtime == runtime)
                && Surroundings.IsIn(known.In)
                && (known.From is null || version >= Version.Parse(known.From))
                && (known.Below is null || version < Version.Parse(known.Below))
                && known.Matches(test, display))
                return known.Runtime.Length == 0 ? known.Reason : $"{known.Runtime}: {known.Reason}";
        }
        return null;
    }

    private bool Matches(string test, string display)
    {
        int open = Test.IndexOf('(');
        if (open < 0)
            return Test == test || (Test.EndsWith(".*", StringComparison.Ordinal) && test.StartsWith(Test[..^1], StringComparison.Ordinal));
        return Test[..open] == test && display.Contains(Test[(open + 1)..^1], StringComparison.Ordinal);
    }
}
