using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cofferdam.Architecture.Tests;

public sealed class SizeTests
{
    private const int FileLimit = 400;
    private const int MethodLimit = 60;

    // The launch and its mirror in the child read like a recipe: one step a line.
    private const int SequenceLimit = 80;
    private static readonly string[] s_sequences = ["src/Cofferdam.Container/Launch", "src/Cofferdam.Container/Init"];

    [Fact]
    public void Files_stay_under_400_lines() =>
        Findings.AssertNone(Rule.FileLength, Repository.Sources
            .Where(s => s.Text.Lines.Count > FileLimit + 1)
            .Select(s => (s.Path, $"{s.Text.Lines.Count - 1} lines, more than {FileLimit}")));

    [Fact]
    public void Scripts_stay_under_100_lines() =>
        Findings.AssertNone(Rule.FileLength, Repository.Files
            .Where(f => f.EndsWith(".sh", StringComparison.Ordinal))
            .Select(f => (Path: f, Lines: File.ReadLines(Repository.Full(f)).Count()))
            .Where(f => f.Lines > 100)
            .Select(f => (f.Path, $"{f.Lines} lines, more than 100")));

    [Fact]
    public void Methods_stay_under_60_lines() => Findings.AssertNone(Rule.MethodLength, LongMethods());

    private static IEnumerable<(string, string)> LongMethods()
    {
        foreach (SourceFile source in Repository.Sources)
        {
            int limit = s_sequences.Any(source.IsUnder) ? SequenceLimit : MethodLimit;
            foreach (SyntaxNode member in source.Root.DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax))
            {
                int lines = source.LinesOf(BodyOf(member));
                if (lines > limit && !IsTable(member))
                {
                    yield return ($"{source.Path}#{NameOf(member)}", $"{lines} lines, more than {limit}");
                }
            }
        }
    }

    // Attributes and the signature do not count, and neither does what is no sequence: one switch expression is a table.
    private static SyntaxNode BodyOf(SyntaxNode member) => member switch
    {
        BaseMethodDeclarationSyntax { Body: { } body } => body,
        BaseMethodDeclarationSyntax { ExpressionBody: { } body } => body,
        AccessorDeclarationSyntax { Body: { } body } => body,
        _ => member,
    };

    private static bool IsTable(SyntaxNode member) =>
        member is BaseMethodDeclarationSyntax { ExpressionBody.Expression: SwitchExpressionSyntax or CollectionExpressionSyntax };

    private static string NameOf(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        _ => member.Kind().ToString(),
    };
}
