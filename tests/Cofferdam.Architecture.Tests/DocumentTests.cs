using System.Text.RegularExpressions;

namespace Cofferdam.Architecture.Tests;

/// <summary>Documents name real files.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] s_roots = ["src", "tests", "docs", "eng", "bench", "samples", ".ci"];

    private static IEnumerable<string> Documents => Repository.Files.Where(f =>
        f.EndsWith(".md", StringComparison.Ordinal) && (f.StartsWith("docs/", StringComparison.Ordinal) || !f.Contains('/', StringComparison.Ordinal)));

    [Fact]
    public void Files_in_code_marks_exist() => Assert.Empty(
        from document in Documents
        from Match match in CodeSpan().Matches(Repository.Read(document))
        let name = match.Groups[1].Value
        where NamesFile(name) && !Exists(name)
        select $"{document}: `{name}`");

    [Fact]
    public void Links_lead_somewhere() => Assert.Empty(
        from document in Documents
        from Match match in Link().Matches(Repository.Read(document))
        let target = match.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
        let full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.Full(document))!, target))
        where !Path.Exists(full)
        select $"{document}: ({target})");

    private static bool NamesFile(string name) =>
        s_roots.Any(r => name.StartsWith(r + "/", StringComparison.Ordinal)) || (name.StartsWith("Cofferdam.", StringComparison.Ordinal) && name.Contains('/', StringComparison.Ordinal)) || SourceName().IsMatch(name);

    // `Launch/Plan.cs` and `Plan.cs` are enough where the document says which project it speaks of.
    private static bool Exists(string name) =>
        Path.Exists(Repository.Full(name))
        || Repository.Files.Any(f => name.EndsWith('/') ? f.Contains("/" + name, StringComparison.Ordinal) : f.EndsWith("/" + name, StringComparison.Ordinal));

    [GeneratedRegex(@"`([\w.\-/]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^[\w.\-/]+\.(cs|csproj|slnx|props)$")]
    private static partial Regex SourceName();
}
