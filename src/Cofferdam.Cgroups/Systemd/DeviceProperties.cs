using Cofferdam.DBus;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>DevicePolicy and DeviceAllow from device rules (systemd.resource-control(5)).</summary>
/// <remarks>
/// systemd has no denials and no "any major with this minor". Its list is therefore never narrower than the rules: our own
/// program or list says no beside it. It must not be wider than needed either, because on cgroup v1 it is systemd's list that
/// is left when systemd writes it again.
/// </remarks>
internal static class DeviceProperties
{
    public static void Set(UnitProperties properties, IReadOnlyList<DeviceRule> rules)
    {
        bool allowsAll = false;
        List<KeyValuePair<DeviceMatch, DeviceAccess>> allowed = [];
        foreach (DeviceRule rule in (IEnumerable<DeviceRule>)[.. rules, .. DefaultDeviceRules.Create()])
        {
            if (rule.Type is null or DeviceType.All)
            {
                allowsAll = rule.Allow;
                allowed.Clear();
            }
            else if (!allowsAll)
            {
                Change(allowed, rule);
            }
        }

        properties.Set("DevicePolicy", DBusValue.Of(allowsAll ? "auto" : "strict"));
        List<DBusValue> entries = [];
        foreach ((DeviceMatch match, DeviceAccess access) in allowed)
        {
            if (access != DeviceAccess.None) entries.Add(DBusValue.Struct(DBusValue.Of(Name(match)), DBusValue.Of(access.ToLetters())));
        }

        properties.Set("DeviceAllow", DBusValue.Array("(ss)", allowsAll ? [] : entries));
    }

    private static void Change(List<KeyValuePair<DeviceMatch, DeviceAccess>> allowed, DeviceRule rule)
    {
        DeviceAccess access = DeviceAccess.All;
        // A wrong text was refused before.
        if (rule.Access is not null && !DeviceAccessText.TryParse(rule.Access, out access)) return;
        DeviceMatch match = new(rule.Type == DeviceType.Block ? 'b' : 'c', rule.Major ?? DeviceMatch.Any, rule.Minor ?? DeviceMatch.Any);
        int index = allowed.FindIndex(a => a.Key == match);
        if (index >= 0) allowed[index] = new(match, rule.Allow ? allowed[index].Value | access : allowed[index].Value & ~access);
        else if (rule.Allow) allowed.Add(new(match, access));
    }

    // A number in place of a driver's name since systemd 240. The paths need not exist.
    private static string Name(DeviceMatch match)
    {
        bool isBlock = match.Kind == 'b';
        if (match.Major == DeviceMatch.Any) return isBlock ? "block-*" : "char-*";
        if (match.Minor == DeviceMatch.Any) return $"{(isBlock ? "block" : "char")}-{match.Major}";
        return $"/dev/{(isBlock ? "block" : "char")}/{match.Major}:{match.Minor}";
    }
}
