using System.Text;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>One operand of a step: a number, a text, bytes, a list of texts, or a descriptor that the parent will open.</summary>
public readonly struct Operand
{
    private Operand(string name, long number, object? content, bool isOctal = false)
    {
        Name = name;
        Number = number;
        Content = content;
        IsOctal = isOctal;
    }

    public string Name { get; }

    public long Number { get; }

    /// <summary>Shown in octal: a file mode.</summary>
    public bool IsOctal { get; }

    /// <summary>A string, a byte[] (aligned to 8), a string[] (an argv), a <see cref="DescriptorRequest"/>, or null for a number.</summary>
    internal object? Content { get; }

    /// <summary>The text of the operand, as a plan prints it.</summary>
    public string Display => Content switch
    {
        string text => text,
        byte[] bytes => $"{bytes.Length} bytes",
        string[] texts => "[" + string.Join(", ", texts) + "]",
        DescriptorRequest request => request.Path.Length > 0 ? request.Path : Describe(request),
        _ => IsOctal ? "0" + Convert.ToString(Number, 8) : Number.ToString(),
    };

    public static Operand Of(string name, long number) => new(name, number, null);

    public static Operand Mode(string name, long number) => new(name, number, null, isOctal: true);

    /// <summary>A text; null and a null text are the offset 0.</summary>
    public static Operand Of(string name, string? text) => new(name, 0, text);

    public static Operand Of(string name, byte[]? bytes) => new(name, 0, bytes);

    public static Operand Of(string name, string[] texts) => new(name, 0, texts);

    /// <summary>A descriptor, or -1 where there is no request.</summary>
    public static Operand Of(string name, DescriptorRequest? request) => new(name, -1, request);

    private static string Describe(DescriptorRequest request) => request.Kind switch
    {
        DescriptorKind.Pidfd => "init",
        _ => request.Kind.ToString(),
    };
}
