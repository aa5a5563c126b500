using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cofferdam.Architecture.Tests;

/// <summary>One grammar for messages: <c>creating container 'c1': mount 'proc' on '/proc': EPERM (operation not permitted)</c>.</summary>
public sealed class MessageTests
{
    private static readonly string[] s_emptyPhrases = ["failed to", "unable to", "could not", "error", "please", "!"];

    [Fact]
    public void Messages_of_exceptions_follow_the_grammar() => Findings.AssertNone(Rule.Message, BadMessages());

    [Theory]
    [InlineData("Container is gone", true)]
    [InlineData("container is gone.", true)]
    [InlineData("failed to open", true)]
    [InlineData("error while opening", true)]
    [InlineData("container '' is gone", false)]
    [InlineData("CAP_SYS_ADMIN is missing", false)]
    [InlineData("ociVersion: must be 1.x", false)]
    [InlineData("more mirrors", false)]
    public void The_grammar_is_what_we_mean(string message, bool bad) => Assert.Equal(bad, Complaint(message) != null);

    private static IEnumerable<(string, string)> BadMessages() =>
        from source in Repository.Product
        from creation in source.Root.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
        where creation is ObjectCreationExpressionSyntax { Type: var type } && type.ToString().EndsWith("Exception", StringComparison.Ordinal)
        from argument in creation.ArgumentList?.Arguments ?? default
        let text = LiteralText(argument.Expression)
        where text is { Length: > 0 }
        let complaint = Complaint(text)
        where complaint != null
        select (source.Path, $"line {source.Text.Lines.GetLineFromPosition(argument.SpanStart).LineNumber + 1}: \"{text}\" {complaint}");

    private static string? Complaint(string text)
    {
        string first = text.Split(' ', ':', ',', '(')[0];
        if (char.IsAsciiLetterUpper(first[0]) && first.Any(char.IsAsciiLetterLower))
        {
            return "begins with a capital";
        }

        if (text.EndsWith('.') && !text.EndsWith("..", StringComparison.Ordinal))
        {
            return "ends in a full stop";
        }

        string? phrase = s_emptyPhrases.FirstOrDefault(p => Contains(text, p));
        return phrase == null ? null : $"says '{phrase}', which tells nothing";
    }

    private static bool Contains(string text, string phrase)
    {
        int at = text.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && (at == 0 || !char.IsLetter(text[at - 1]))
            && (at + phrase.Length == text.Length || !char.IsLetter(text[at + phrase.Length]));
    }

    // Interpolated parts are dropped: '{name}' becomes ''. A literal that begins with a part begins with a placeholder.
    private static string? LiteralText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => text,
        InterpolatedStringExpressionSyntax interpolated => string.Concat(interpolated.Contents.Select(c => c is InterpolatedStringTextSyntax t ? t.TextToken.ValueText : "_")),
        BinaryExpressionSyntax { Left: var left, Right: var right } when LiteralText(left) is { } start => start + (LiteralText(right) ?? "_"),
        _ => null,
    };
}
