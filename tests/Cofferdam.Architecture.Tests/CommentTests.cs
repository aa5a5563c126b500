using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cofferdam.Architecture.Tests;

public sealed class CommentTests
{
    private static readonly string[] s_openEnds = ["TODO", "FIXME", "HACK", "XXX"];

    [Fact]
    public void No_code_is_commented_out() => Findings.AssertNone(Rule.CommentedOutCode,
        from source in Repository.Sources
        from trivia in source.Root.DescendantTrivia()
        where trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
        let text = trivia.ToString().TrimStart('/').Trim()
        where LooksLikeCode(text)
        select (source.At(trivia.SpanStart), text));

    [Theory]
    [InlineData("Foo(bar);", true)]
    [InlineData("if (x) return;", true)]
    [InlineData("var x = 1;", true)]
    [InlineData("the kernel counts this; see setns(2);", false)]
    [InlineData("must be after chdir:", false)]
    public void Code_is_told_from_prose(string comment, bool code) => Assert.Equal(code, LooksLikeCode(comment));

    [Fact]
    public void Nothing_is_left_open() => Assert.Empty(
        from source in Repository.Sources
        where source.Path != "tests/Cofferdam.Architecture.Tests/CommentTests.cs"
        from trivia in source.Root.DescendantTrivia()
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        where s_openEnds.Any(w => trivia.ToString().Contains(w, StringComparison.Ordinal))
        select source.At(trivia.SpanStart));

    [Fact]
    public void Nothing_throws_not_implemented() => Assert.Empty(
        from source in Repository.Product
        from creation in source.Root.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
        where creation.Type.ToString() == "NotImplementedException"
        select source.At(creation));

    [Fact]
    public void There_are_no_regions() => Assert.Empty(
        from source in Repository.Sources
        where source.Root.ContainsDirectives
        from region in source.Root.DescendantNodes(descendIntoTrivia: true).OfType<RegionDirectiveTriviaSyntax>()
        select source.At(region));

    [Fact]
    public void Unsafe_code_states_why_it_is_safe() => Findings.AssertNone(Rule.SafetyComment,
        from source in Repository.Product
        where !source.Path.Contains("/Syscalls/", StringComparison.Ordinal) // bare declarations of libc
        from node in source.Root.DescendantNodes()
        where IsUnsafe(node) && HasCode(node) && !StatesSafety(node)
        select (source.At(node), "unsafe without a // SAFETY: line"));

    private static bool IsUnsafe(SyntaxNode node) =>
        node is UnsafeStatementSyntax || (node is MemberDeclarationSyntax member && member.Modifiers.Any(SyntaxKind.UnsafeKeyword));

    // A declaration without a body (LibraryImport) or a struct of fields does nothing by itself.
    private static bool HasCode(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body != null || method.ExpressionBody != null,
        StructDeclarationSyntax type => type.Members.Any(m => m is MethodDeclarationSyntax),
        FieldDeclarationSyntax or DelegateDeclarationSyntax => false,
        _ => true,
    };

    // Somewhere in the block or member, or at a type or member around it that is unsafe as a whole.
    private static bool StatesSafety(SyntaxNode node) =>
        (node is not TypeDeclarationSyntax && node.ToFullString().Contains("SAFETY:", StringComparison.Ordinal))
        || node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Any(n => n.GetLeadingTrivia().ToFullString().Contains("SAFETY:", StringComparison.Ordinal));

    private static bool LooksLikeCode(string text)
    {
        if (!text.EndsWith(';') || !text.Any(c => c is '(' or '='))
        {
            return false;
        }

        StatementSyntax statement = SyntaxFactory.ParseStatement(text, consumeFullText: true);
        return !statement.ContainsDiagnostics;
    }
}
