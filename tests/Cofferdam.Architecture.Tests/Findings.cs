namespace Cofferdam.Architecture.Tests;

/// <summary>What a rule found, less what is allowed by name.</summary>
internal static class Findings
{
    /// <summary>Fails with all <paramref name="found"/> that no allowance covers, and with allowances that cover nothing.</summary>
    public static void AssertNone(Rule rule, IEnumerable<(string Where, string What)> found)
    {
        List<Allowance> allowances = [.. Allowance.All.Where(a => a.Rule == rule)];
        var used = new HashSet<Allowance>();
        var complaints = new List<string>();
        foreach ((string where, string what) in found)
        {
            if (allowances.Find(a => a.Where == where) is { } allowance)
            {
                used.Add(allowance);
            }
            else
            {
                complaints.Add($"{where}: {what}");
            }
        }

        complaints.AddRange(allowances.Where(a => !used.Contains(a)).Select(a => $"{a.Where}: the allowance '{a.Reason}' is no longer needed"));
        Assert.True(complaints.Count == 0, $"{complaints.Count} found:\n  " + string.Join("\n  ", complaints));
    }
}
