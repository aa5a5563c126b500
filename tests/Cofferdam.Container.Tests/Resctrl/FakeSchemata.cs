using System.Globalization;
using System.Numerics;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests.Resctrl;

/// <summary>The schemata of one group of a <see cref="FakeResctrl"/>: what arch/x86/kernel/cpu/resctrl/ctrlmondata.c takes and refuses.</summary>
internal sealed class FakeSchemata
{
    private const int Step = 10;

    private readonly Dictionary<string, SortedDictionary<int, ulong>> _values = [];
    private readonly Action<string> _say;
    private readonly ulong _fullMask;

    /// <param name="resources">"L3", "L2", "MB" … and their number of domains.</param>
    /// <param name="fullMask">The mask of a whole cache.</param>
    /// <param name="say">Takes what last_cmd_status will tell.</param>
    public FakeSchemata(IReadOnlyDictionary<string, int> resources, ulong fullMask, Action<string> say)
    {
        _fullMask = fullMask;
        _say = say;
        foreach ((string resource, int domains) in resources)
        {
            _values[resource] = [];
            for (int i = 0; i < domains; i++) _values[resource][i] = resource == "MB" ? 100 : fullMask;
        }
    }

    /// <summary>The text of the file, padded as the kernel does.</summary>
    public string Text()
    {
        string text = "";
        foreach ((string resource, SortedDictionary<int, ulong> domains) in _values)
        {
            IEnumerable<string> parts = domains.Select(d => resource == "MB"
                ? string.Create(CultureInfo.InvariantCulture, $"{d.Key}={d.Value,3}")
                : string.Create(CultureInfo.InvariantCulture, $"{d.Key}={d.Value:x3}"));
            text += $"{resource,6}:{string.Join(';', parts)}\n";
        }

        return text;
    }

    /// <summary>A write to the file.</summary>
    public Errno Write(string text)
    {
        if (!text.EndsWith('\n')) return Errno.EINVAL;
        Dictionary<(string, int), ulong> staged = [];
        foreach (string line in text[..^1].Split('\n'))
        {
            string[] halves = line.Split(':');
            string resource = halves[0].Trim();
            if (halves.Length < 2) return Refuse("Missing ':'");
            if (!_values.TryGetValue(resource, out SortedDictionary<int, ulong>? domains)) return Refuse($"Unknown or unsupported resource name '{resource}'");
            foreach (string part in halves[1].Split(';'))
            {
                string[] pair = part.Split('=');
                if (pair.Length != 2 || !int.TryParse(pair[0].Trim(), out int domain)) return Refuse("Missing '=' or non-numeric domain");
                if (!domains.ContainsKey(domain)) return Errno.EINVAL;
                if (staged.ContainsKey((resource, domain))) return Refuse($"Duplicate domain {domain}");
                if (resource == "MB" ? !TryBandwidth(pair[1], out ulong value) : !TryMask(pair[1], out value)) return Errno.EINVAL;
                staged[(resource, domain)] = value;
            }
        }

        foreach (((string resource, int domain), ulong value) in staged) _values[resource][domain] = value;
        _say("ok");
        return Errno.None;
    }

    private bool TryMask(string text, out ulong mask)
    {
        if (!ulong.TryParse(text.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out mask)) return Say($"Non-hex character in the mask {text}");
        if (mask == 0 || mask > _fullMask) return Say("Mask out of range");
        ulong run = mask >> BitOperations.TrailingZeroCount(mask);
        return (run & (run + 1)) == 0 || Say($"The mask {mask:x} has non-consecutive 1-bits");
    }

    private bool TryBandwidth(string text, out ulong value)
    {
        if (!ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value)) return Say($"Non-decimal digit in MB value {text}");
        if (value is < Step or > 100) return Say($"MB value {value} out of range [{Step},100]");
        value = (value + Step - 1) / Step * Step;
        return true;
    }

    private bool Say(string text)
    {
        _say(text);
        return false;
    }

    private Errno Refuse(string text)
    {
        _say(text);
        return Errno.EINVAL;
    }
}
