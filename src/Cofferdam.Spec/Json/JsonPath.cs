using System.Text;
using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Names places in a JSON document: <c>linux.namespaces[2].path</c>.</summary>
internal static class JsonPath
{
    /// <summary>The depth at which Utf8JsonReader gives up by default.</summary>
    private const int MaxDepth = 64;

    /// <summary>The path of the token that starts at <paramref name="position"/>, or of the last one before it.</summary>
    public static string At(ReadOnlySpan<byte> json, long position)
    {
        var reader = new Utf8JsonReader(json);
        // One entry a level: the field's name in an object, or the element's number in an array.
        var names = new string?[MaxDepth + 2];
        var indexes = new int[MaxDepth + 2];
        int level = 0;
        try
        {
            while (reader.Read())
            {
                level = reader.CurrentDepth;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        names[level] = Encoding.UTF8.GetString(reader.ValueSpan);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        break;
                    default:
                        if (names[level] is null) indexes[level]++;
                        if (reader.TokenType is JsonTokenType.StartObject) names[level + 1] = "";
                        if (reader.TokenType is JsonTokenType.StartArray) (names[level + 1], indexes[level + 1]) = (null, -1);
                        break;
                }
                if (reader.TokenStartIndex >= position) break;
            }
        }
        catch (JsonException)
        {
            // The place before the malformed one is the best there is.
        }
        return Format(names, indexes, level);
    }

    /// <summary>Adds a field's name to a path; quoted where it would be ambiguous (<c>linux.sysctl['net.core.somaxconn']</c>).</summary>
    public static string Field(string path, string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return $"{path}['{Printable(name)}']";
        }
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    /// <summary>The text on one line and of bounded length, for messages.</summary>
    public static string Printable(string text)
    {
        var result = new StringBuilder();
        foreach (char c in text)
        {
            if (result.Length >= 128) return result.Append('…').ToString();
            if (char.IsControl(c)) result.Append("\\x").Append(((int)c).ToString("x2", null));
            else result.Append(c);
        }
        return result.ToString();
    }

    private static string Format(string?[] names, int[] indexes, int level)
    {
        string path = "";
        for (int i = 1; i <= level; i++)
        {
            if (names[i] is not { } name) path += $"[{indexes[i]}]";
            else if (name.Length != 0) path = Field(path, name);
        }
        return path.Length == 0 ? "document" : path;
    }
}
