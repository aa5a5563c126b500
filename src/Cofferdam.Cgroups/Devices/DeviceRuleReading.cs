using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>From a rule of config.json to what it is about.</summary>
internal static class DeviceRuleReading
{
    /// <summary>Reads a rule; false for one that is about all devices and every access.</summary>
    /// <exception cref="CofferdamException">It has a wrong value, which the message names below <paramref name="field"/>.</exception>
    public static bool TryRead(DeviceRule rule, string? field, out DeviceMatch match, out DeviceAccess access)
    {
        match = default;
        access = DeviceAccess.All;
        if (rule.Access is not null && !DeviceAccessText.TryParse(rule.Access, out access))
            throw Invalid($"{field}.access: '{rule.Access}' is not a composition of r, w and m");
        if (rule.Type is null or DeviceType.All) return false;
        if (rule.Type == DeviceType.Fifo) throw Invalid($"{field}.type: 'p' is not a type of device rules (hint: use a, b or c)");
        char kind = rule.Type == DeviceType.Block ? 'b' : 'c';
        match = new DeviceMatch(kind, Number(rule.Major, field, "major"), Number(rule.Minor, field, "minor"));
        return true;
    }

    private static long Number(long? value, string? field, string name)
    {
        long number = value ?? DeviceMatch.Any;
        return number is >= DeviceMatch.Any and <= uint.MaxValue ? number : throw Invalid($"{field}.{name}: {number} is not a device number");
    }

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
