namespace Cofferdam.Runtime.CommandLine;

/// <summary>The values given for an option table.</summary>
internal sealed class ParsedOptions(CommandOption[] table)
{
    private readonly string?[] _values = new string?[table.Length];
    private readonly List<string>?[] _lists = new List<string>?[table.Length];

    internal CommandOption[] Table => table;

    /// <summary>--help or -h was among the options.</summary>
    internal bool WantsHelp { get; set; }

    internal bool IsSet(string name)
    {
        int index = IndexOf(name);
        return _values[index] is not null || _lists[index] is not null;
    }

    /// <summary>The value, the table's default, or null.</summary>
    internal string? Text(string name)
    {
        int index = IndexOf(name);
        return _values[index] ?? table[index].Default;
    }

    /// <summary>The value unless it is absent or empty: callers pass <c>--pid-file ""</c> to mean none.</summary>
    internal string? NonEmpty(string name) => Text(name) is { Length: > 0 } text ? text : null;

    internal bool Switch(string name) => _values[IndexOf(name)] is "true";

    internal int Number(string name)
    {
        long value = GoValue.ParseInteger(Text(name)!)!.Value;
        if (value is < int.MinValue or > int.MaxValue)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument, $"--{name}: '{value}' is out of range");
        }
        return (int)value;
    }

    internal TimeSpan Duration(string name) => GoValue.ParseDuration(Text(name)!)!.Value;

    internal IReadOnlyList<string> List(string name) => _lists[IndexOf(name)] is { } list ? list : [];

    internal void Set(int index, string value)
    {
        if (table[index].Kind == OptionKind.List) (_lists[index] ??= []).Add(value);
        else _values[index] = value;
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < table.Length; i++)
        {
            if (table[i].Name == name) return i;
        }
        throw new ArgumentException(name);
    }
}
