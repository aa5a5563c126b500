using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Cofferdam.Architecture.Tests;

public sealed class TypeTests
{
    // Names that say nothing about what a thing does (docs/README.md, "How the code looks").
    private static readonly string[] s_emptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl", "Common", "Misc"];

    [Fact]
    public void A_file_declares_one_type_and_bears_its_name() => Findings.AssertNone(Rule.OneTypePerFile, TypesInWrongFiles());

    [Fact]
    public void Classes_are_sealed_or_made_for_inheritance() => Findings.AssertNone(Rule.Sealed,
        from source in Repository.Sources
        from type in source.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
        where type is ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
        where !type.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword)
        // One part of a partial type may leave the modifier to the other.
        where !type.Modifiers.Any(SyntaxKind.PartialKeyword) || !IsSealedElsewhere(type.Identifier.Text)
        select (source.Path, $"class {type.Identifier.Text} is neither sealed, static nor abstract"));

    [Fact]
    public void Type_names_say_what_the_type_is() => Findings.AssertNone(Rule.Name,
        from source in Repository.Sources
        from type in source.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let word = s_emptyWords.FirstOrDefault(w => type.Identifier.Text.EndsWith(w, StringComparison.Ordinal))
        where word != null
        select (source.Path, $"type {type.Identifier.Text} ends in '{word}'"));

    private static IEnumerable<(string, string)> TypesInWrongFiles()
    {
        foreach (SourceFile source in Repository.Sources)
        {
            List<string> types = [.. TopLevelTypes(source.Root).Where(t => !IsFileLocal(t.Node)).Select(t => t.Name)];
            // Type.Aspect.cs holds a part of Type.
            string expected = Path.GetFileName(source.Path).Split('.')[0];
            if (types.Count > 1)
            {
                yield return (source.Path, "declares " + string.Join(", ", types));
            }
            else if (types.Count == 1 && types[0] != expected)
            {
                yield return (source.Path, $"declares {types[0]}");
            }
        }
    }

    private static IEnumerable<(string Name, MemberDeclarationSyntax Node)> TopLevelTypes(CompilationUnitSyntax root) =>
        from member in root.Members.Concat(root.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(n => n.Members))
        let name = member switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => type.Identifier.Text,
            _ => null,
        }
        where name != null
        select (name, member);

    private static bool IsFileLocal(MemberDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.FileKeyword);

    private static readonly Lazy<HashSet<string>> s_closedTypes = new(() => [.. Repository.Sources
        .SelectMany(s => s.Root.DescendantNodes().OfType<ClassDeclarationSyntax>())
        .Where(c => c.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword))
        .Select(c => c.Identifier.Text)]);

    private static bool IsSealedElsewhere(string name) => s_closedTypes.Value.Contains(name);
}
