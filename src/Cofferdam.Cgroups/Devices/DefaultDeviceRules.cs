using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>
/// The rules that follow those of every configuration, as runc's: programs in containers count on the devices of
/// runtime-spec's "Default Devices", on making any node (using it is another thing), on pseudo terminals and on tun.
/// </summary>
public static class DefaultDeviceRules
{
    /// <summary>A new list of the rules.</summary>
    public static IReadOnlyList<DeviceRule> Create() =>
    [
        Rule(DeviceType.Char, null, null, "m"),
        Rule(DeviceType.Block, null, null, "m"),
        Rule(DeviceType.Char, 1, 3, "rwm"), // null
        Rule(DeviceType.Char, 1, 5, "rwm"), // zero
        Rule(DeviceType.Char, 1, 7, "rwm"), // full
        Rule(DeviceType.Char, 1, 8, "rwm"), // random
        Rule(DeviceType.Char, 1, 9, "rwm"), // urandom
        Rule(DeviceType.Char, 5, 0, "rwm"), // tty
        Rule(DeviceType.Char, 5, 2, "rwm"), // ptmx
        Rule(DeviceType.Char, 136, null, "rwm"), // pts; /dev/console is one of them, so 5:1 is not needed
        // runc took tun out in 1.2 and put it back when users' VPNs broke (runc#4556).
        Rule(DeviceType.Char, 10, 200, "rwm"),
    ];

    private static DeviceRule Rule(DeviceType type, long? major, long? minor, string access) =>
        new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access };
}
