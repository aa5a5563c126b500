using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>
/// What a list of device rules amounts to, as the v1 devices controller keeps it: a default, and exceptions from it. Later
/// rules change earlier ones; a rule for all devices starts anew.
/// </summary>
/// <remarks>
/// The kernel silently ignores the removal of a part of a wildcard exception, which would leave a device open that the
/// configuration denies; here that is refused.
/// </remarks>
public sealed class DeviceRuleSet
{
    // Sorted. A list has a dozen entries; a tree would cost more code than it saves time.
    private readonly List<KeyValuePair<DeviceMatch, DeviceAccess>> _exceptions = [];

    /// <summary>True when the exceptions are denials.</summary>
    public bool AllowsByDefault { get; private set; }

    /// <summary>The exceptions from the default, in the order in which they are written.</summary>
    public IReadOnlyList<KeyValuePair<DeviceMatch, DeviceAccess>> Exceptions => _exceptions;

    /// <summary>A set about which nothing is known: each way from it starts anew.</summary>
    public static DeviceRuleSet Unknown() => new() { AllowsByDefault = true };

    /// <summary>The set after applying <paramref name="rules"/> and then <paramref name="defaults"/> to "deny all".</summary>
    /// <exception cref="CofferdamException">A rule has a wrong value, or cannot be expressed; the message names its index.</exception>
    public static DeviceRuleSet From(IReadOnlyList<DeviceRule> rules, IReadOnlyList<DeviceRule> defaults)
    {
        DeviceRuleSet set = new();
        for (int i = 0; i < rules.Count; i++) set.Add(rules[i], $"linux.resources.devices[{i}]");
        foreach (DeviceRule rule in defaults) set.Add(rule, field: null);
        return set;
    }

    /// <summary>Reads devices.list. The denials of a set that allows by default are not in it, nor known to anyone.</summary>
    public static DeviceRuleSet Parse(ReadOnlySpan<char> list)
    {
        DeviceRuleSet set = new();
        foreach (Range range in list.Split('\n'))
        {
            ReadOnlySpan<char> line = list[range].Trim();
            if (line.IsEmpty) continue;
            if (line[0] == 'a')
            {
                set.Reset(allow: true);
                continue;
            }

            if (!TryParseLine(line, out DeviceMatch match, out DeviceAccess access))
                throw new CofferdamException(ErrorKind.Internal, $"devices.list: unknown line '{line}'");
            if (!set.AllowsByDefault) set.Widen(match, access);
        }

        return set;
    }

    /// <summary>
    /// The least disruptive writes that lead from here to <paramref name="target"/>: what stays allowed is never touched
    /// unless the default changes, or the current exceptions cannot be known.
    /// </summary>
    public IReadOnlyList<DeviceChange> ChangesTo(DeviceRuleSet target)
    {
        bool anew = AllowsByDefault || AllowsByDefault != target.AllowsByDefault;
        List<DeviceChange> changes = [];
        if (anew) changes.Add(new DeviceChange(target.AllowsByDefault, "a"));

        // Gains come before losses: replacing "c 1:3" by "c 1:*" must not close 1:3 in between.
        foreach ((DeviceMatch match, DeviceAccess access) in target._exceptions)
        {
            DeviceAccess before = anew ? DeviceAccess.None : Find(match);
            AddChange(changes, !target.AllowsByDefault, match, access & ~before);
        }

        if (anew) return changes;
        foreach ((DeviceMatch match, DeviceAccess access) in _exceptions)
            AddChange(changes, target.AllowsByDefault, match, access & ~target.Find(match));
        return changes;
    }

    /// <summary>Whether both have the same default and the same exceptions.</summary>
    public bool Matches(DeviceRuleSet other)
    {
        if (AllowsByDefault != other.AllowsByDefault || _exceptions.Count != other._exceptions.Count) return false;
        foreach ((DeviceMatch match, DeviceAccess access) in _exceptions)
        {
            if (other.Find(match) != access) return false;
        }

        return true;
    }

    private static void AddChange(List<DeviceChange> changes, bool allow, DeviceMatch match, DeviceAccess access)
    {
        if (access != DeviceAccess.None) changes.Add(new DeviceChange(allow, $"{match} {access.ToLetters()}"));
    }

    // Without a field the rule is a default one: where it cannot be expressed, what the configuration denied stays denied.
    private void Add(DeviceRule rule, string? field)
    {
        if (!DeviceRuleReading.TryRead(rule, field, out DeviceMatch match, out DeviceAccess access))
        {
            Reset(rule.Allow);
            return;
        }

        if (rule.Allow != AllowsByDefault) Widen(match, access);
        else Narrow(match, access, field);
    }

    private void Reset(bool allow)
    {
        AllowsByDefault = allow;
        _exceptions.Clear();
    }

    private void Widen(DeviceMatch match, DeviceAccess access) => Set(match, Find(match) | access);

    private void Narrow(DeviceMatch match, DeviceAccess access, string? field)
    {
        ReadOnlySpan<DeviceMatch> wider =
        [
            match with { Major = DeviceMatch.Any },
            match with { Minor = DeviceMatch.Any },
            match with { Major = DeviceMatch.Any, Minor = DeviceMatch.Any },
        ];
        foreach (DeviceMatch wild in wider)
        {
            if (wild != match && (Find(wild) & access) != 0)
            {
                if (field is null) return;
                throw Invalid(
                    $"{field}: cgroup v1 cannot take '{match} {access.ToLetters()}' out of the earlier rule for '{wild}' (hint: name the devices without a wildcard)");
            }
        }

        Set(match, Find(match) & ~access);
    }

    private DeviceAccess Find(DeviceMatch match) => IndexOf(match) is >= 0 and int index ? _exceptions[index].Value : DeviceAccess.None;

    private void Set(DeviceMatch match, DeviceAccess access)
    {
        int index = IndexOf(match);
        if (index >= 0) _exceptions.RemoveAt(index);
        else index = ~index;
        if (access != DeviceAccess.None) _exceptions.Insert(index, new(match, access));
    }

    // As a binary search answers: the complement of where it would be, if it is not there.
    private int IndexOf(DeviceMatch match)
    {
        int index = 0;
        while (index < _exceptions.Count && _exceptions[index].Key.CompareTo(match) < 0) index++;
        return index < _exceptions.Count && _exceptions[index].Key == match ? index : ~index;
    }

    private static bool TryParseLine(ReadOnlySpan<char> line, out DeviceMatch match, out DeviceAccess access)
    {
        match = default;
        access = DeviceAccess.None;
        int colon = line.IndexOf(':');
        int end = line.LastIndexOf(' ');
        if (line[0] is not ('b' or 'c') || colon < 3 || end < colon) return false;
        if (!TryNumber(line[2..colon], out long major) || !TryNumber(line[(colon + 1)..end], out long minor)) return false;
        match = new DeviceMatch(line[0], major, minor);
        return DeviceAccessText.TryParse(line[(end + 1)..], out access);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = DeviceMatch.Any;
        if (text is "*") return true;
        bool parsed = uint.TryParse(text, out uint value);
        number = value;
        return parsed;
    }

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
