using Cofferdam.DBus;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>
/// Properties of the unit that a configuration sets by annotation: <c>org.systemd.property.TimeoutStopUSec: "uint64 5000000"</c>,
/// in the text form of GVariant, as in runc and crun.
/// </summary>
internal static class PropertyAnnotations
{
    private const string Prefix = "org.systemd.property.";
    private const ulong Microseconds = 1_000_000;

    /// <summary>The properties, in the order of the annotations' names.</summary>
    /// <exception cref="CofferdamException">A name or value is wrong; the message names the annotation.</exception>
    public static IReadOnlyList<UnitProperty> Read(IReadOnlyDictionary<string, string> annotations)
    {
        List<UnitProperty> properties = [];
        foreach ((string key, string text) in annotations)
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            try
            {
                properties.Add(Read(key[Prefix.Length..], text));
            }
            catch (CofferdamException e)
            {
                throw CofferdamException.Wrap($"annotations['{key}']", e);
            }
        }

        properties.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return properties;
    }

    private static UnitProperty Read(string name, string text)
    {
        if (name.Length < 3) throw Invalid($"'{name}' is no property: its name is too short");
        foreach (char c in name)
        {
            if (!char.IsAsciiLetter(c)) throw Invalid($"'{name}' is no property: its name has other characters than letters");
        }

        DBusValue value = GVariantText.Parse(text);
        // Units' files have TimeoutStopSec=, in seconds; on the bus it is TimeoutStopUSec.
        bool isSeconds = name.EndsWith("Sec", StringComparison.Ordinal) && name.Length > 3 && char.IsAsciiLetterLower(name[^4]);
        return isSeconds ? new UnitProperty(name[..^3] + "USec", InMicroseconds(value)) : new UnitProperty(name, value);
    }

    private static DBusValue InMicroseconds(DBusValue seconds)
    {
        double value = seconds.Signature switch
        {
            "d" => seconds.Double,
            "n" or "i" or "x" => seconds.Signed,
            "y" or "q" or "u" or "t" => seconds.Unsigned,
            _ => throw Invalid($"{seconds} is not a number of seconds"),
        };
        // Not a number compares as false.
        if (!(value >= 0 && value <= ulong.MaxValue / Microseconds)) throw Invalid($"{seconds} seconds are not a time");
        bool isWhole = seconds.Signature != "d";
        return DBusValue.Of(isWhole ? seconds.Unsigned * Microseconds : (ulong)(value * Microseconds));
    }

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
