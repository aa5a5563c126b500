namespace Cofferdam.DBus;

/// <summary>Types as text (dbus-specification, Type System).</summary>
public static class DBusSignature
{
    /// <summary>The longest signature.</summary>
    public const int Longest = 255;

    // Arrays in arrays and structs in structs may each be this deep; variants add to both.
    private const int Deepest = 32;

    /// <summary>The length of the complete type at the start of <paramref name="signature"/>; 0 if there is none.</summary>
    public static int FirstType(ReadOnlySpan<char> signature) => FirstType(signature, 0, 0);

    /// <summary>Whether it is a row of complete types, possibly none.</summary>
    public static bool IsValid(ReadOnlySpan<char> signature)
    {
        if (signature.Length > Longest) return false;
        while (!signature.IsEmpty)
        {
            int length = FirstType(signature);
            if (length == 0) return false;
            signature = signature[length..];
        }

        return true;
    }

    /// <summary>The boundary at which a value of a type begins.</summary>
    public static int Alignment(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'b' or 'i' or 'u' or 's' or 'o' or 'a' => 4,
        _ => 8,
    };

    private static int FirstType(ReadOnlySpan<char> signature, int arrays, int structs)
    {
        if (signature.IsEmpty || arrays > Deepest || structs > Deepest) return 0;
        switch (signature[0])
        {
            case 'y' or 'b' or 'n' or 'q' or 'i' or 'u' or 'x' or 't' or 'd' or 's' or 'o' or 'g' or 'v':
                return 1;
            case 'a' when signature is ['a', '{', ..]:
                return Entry(signature, arrays + 1, structs);
            case 'a':
                int element = FirstType(signature[1..], arrays + 1, structs);
                return element == 0 ? 0 : element + 1;
            case '(':
                return Struct(signature, arrays, structs + 1);
            default:
                return 0;
        }
    }

    private static int Struct(ReadOnlySpan<char> signature, int arrays, int structs)
    {
        int at = 1;
        while (at < signature.Length && signature[at] != ')')
        {
            int member = FirstType(signature[at..], arrays, structs);
            if (member == 0) return 0;
            at += member;
        }

        return at > 1 && at < signature.Length ? at + 1 : 0;
    }

    // a{kv}: the key is of a basic type.
    private static int Entry(ReadOnlySpan<char> signature, int arrays, int structs)
    {
        if (signature.Length < 5 || signature[2] is 'v' or 'a' or '(' || FirstType(signature[2..], arrays, structs) != 1) return 0;
        int value = FirstType(signature[3..], arrays, structs + 1);
        int end = 3 + value;
        return value > 0 && end < signature.Length && signature[end] == '}' ? end + 1 : 0;
    }
}
