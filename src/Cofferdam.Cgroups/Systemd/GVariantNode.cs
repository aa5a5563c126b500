namespace Cofferdam.Cgroups.Systemd;

/// <summary>A piece of GVariant text whose type may not be known yet.</summary>
/// <param name="Kind">
/// The type's letter; 'N' a whole number, 'D' a floating one, 'S' a text, of a type that is still open; 'a', '(' or 'v'.
/// </param>
/// <param name="Text">Of a number or text.</param>
/// <param name="Items">Of an array, tuple or variant.</param>
/// <param name="Type">The type that the text itself gives, for this and what is in it.</param>
internal sealed record GVariantNode(char Kind, string Text, IReadOnlyList<GVariantNode> Items, string? Type = null);
