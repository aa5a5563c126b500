using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Cofferdam.Architecture.Tests;

/// <summary>One parsed C# file of the repository.</summary>
internal sealed class SourceFile
{
    // Both builds of the start-up code are looked at: the plain one is behind this symbol.
    private static readonly CSharpParseOptions s_options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);

    private SourceFile(string path, SourceText text)
    {
        Path = path;
        Text = text;
        Root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text, s_options).GetRoot();
    }

    /// <summary>Relative to the repository, with slashes.</summary>
    public string Path { get; }

    public SourceText Text { get; }

    public CompilationUnitSyntax Root { get; }

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public string At(SyntaxNode node) => At(node.SpanStart);

    public string At(int position) => $"{Path}:{Text.Lines.GetLineFromPosition(position).LineNumber + 1}";

    public int LinesOf(SyntaxNode node)
    {
        FileLinePositionSpan span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    public static SourceFile Parse(string fullPath)
    {
        using FileStream stream = File.OpenRead(fullPath);
        return new SourceFile(Repository.Relative(fullPath), SourceText.From(stream));
    }
}
