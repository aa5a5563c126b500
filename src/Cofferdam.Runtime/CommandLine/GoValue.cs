using System.Globalization;

namespace Cofferdam.Runtime.CommandLine;

/// <summary>Values as Go's flag package and Docker's units read them, because callers were written against those.</summary>
internal static class GoValue
{
    /// <summary>strconv.ParseBool.</summary>
    internal static bool? ParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>strconv.ParseInt with base 0.</summary>
    internal static long? ParseInteger(string text)
    {
        ReadOnlySpan<char> digits = text;
        bool negative = digits is ['-', ..];
        if (digits is ['-' or '+', ..]) digits = digits[1..];
        int radix = digits switch
        {
            ['0', 'x' or 'X', ..] => 16,
            ['0', 'o' or 'O', ..] or ['0', >= '0' and <= '9', ..] => 8,
            ['0', 'b' or 'B', ..] => 2,
            _ => 10,
        };
        if (radix != 10) digits = digits[(char.IsAsciiDigit(digits[1]) ? 1 : 2)..];
        if (digits.IsEmpty) return null;

        ulong value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix || value > (long.MaxValue - (ulong)digit) / (ulong)radix) return null;
            value = (value * (ulong)radix) + (ulong)digit;
        }
        return negative ? -(long)value : (long)value;
    }

    /// <summary>time.ParseDuration: a sequence of numbers with units, "1h30m", "1.5s", "250ms".</summary>
    internal static TimeSpan? ParseDuration(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..]) rest = rest[1..];
        if (rest is "0") return TimeSpan.Zero;
        if (rest.IsEmpty) return null;

        double seconds = 0;
        while (!rest.IsEmpty)
        {
            int length = 0;
            while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.')) length++;
            if (!double.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) return null;
            rest = rest[length..];
            length = 0;
            while (length < rest.Length && !char.IsAsciiDigit(rest[length]) && rest[length] != '.') length++;
            double unit = rest[..length] switch
            {
                "ns" => 1e-9,
                "us" or "µs" or "μs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => double.NaN,
            };
            if (double.IsNaN(unit)) return null;
            seconds += number * unit;
            rest = rest[length..];
        }
        if (seconds > TimeSpan.MaxValue.TotalSeconds / 2) return null;
        return TimeSpan.FromSeconds(negative ? -seconds : seconds);
    }

    /// <summary>
    /// A size in bytes as Docker's units.RAMInBytes: a number with an optional unit of 1024 (<c>512k</c>, <c>1.5GiB</c>,
    /// <c>64 mb</c>), in either case.
    /// </summary>
    internal static long? ParseSize(string text)
    {
        int length = text.Length;
        while (length > 0 && !char.IsAsciiDigit(text[length - 1])) length--;
        ReadOnlySpan<char> number = text.AsSpan(0, length);
        ReadOnlySpan<char> unit = text.AsSpan(length).TrimStart(' ');
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return null;

        if (unit is [.. var prefix, 'b' or 'B']) unit = prefix;
        if (unit is [.. var binary, 'i' or 'I'] && binary.Length == 1) unit = binary;
        int power = unit is [] ? 0 : unit.Length > 1 ? -1 : "kmgtp".IndexOf((char)(unit[0] | 0x20));
        if (power < 0) return null;
        if (unit.Length == 1) power++;
        double bytes = value * Math.Pow(1024, power);
        return bytes < long.MaxValue ? (long)bytes : null;
    }
}
