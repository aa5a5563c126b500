using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cofferdam.Architecture.Tests;

/// <summary>The analyzers stay on, and whoever turns one off says why.</summary>
public sealed class AnalyzerTests
{
    [Fact]
    public void Banned_symbols_stay_banned() => Assert.Empty(
        from file in Repository.Files
        where file.StartsWith("src/", StringComparison.Ordinal) || !file.Contains('/', StringComparison.Ordinal)
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".csproj", StringComparison.Ordinal) || file.EndsWith(".props", StringComparison.Ordinal)
        where Repository.Read(file).Contains("RS0030", StringComparison.Ordinal)
        select file);

    [Fact]
    public void Each_banned_symbol_has_its_motive() => Assert.All(
        File.ReadLines(Repository.Full("BannedSymbols.txt")).Where(l => l.Length > 0),
        line => Assert.True(line.Split("; ", 2) is [_, { Length: > 10 }], line));

    [Fact]
    public void A_suppressed_warning_has_its_reason() => Findings.AssertNone(Rule.PragmaReason,
        from source in Repository.Product
        where source.Root.ContainsDirectives
        from pragma in source.Root.DescendantNodes(descendIntoTrivia: true).OfType<PragmaWarningDirectiveTriviaSyntax>()
        where pragma.DisableOrRestoreKeyword.Text == "disable" && !pragma.ToFullString().Contains("//", StringComparison.Ordinal)
        select (source.At(pragma), "#pragma warning disable without a reason behind it"));

    [Fact]
    public void Each_disabled_rule_in_editorconfig_has_its_reason()
    {
        string previous = "";
        var bare = new List<string>();
        foreach (string line in File.ReadLines(Repository.Full(".editorconfig")))
        {
            // A group of rules stands below one comment.
            bool disables = line.StartsWith("dotnet_diagnostic.", StringComparison.Ordinal);
            if (disables && !previous.StartsWith('#') && !previous.StartsWith("dotnet_", StringComparison.Ordinal))
            {
                bare.Add(line);
            }

            previous = line;
        }

        Assert.Empty(bare);
    }
}
