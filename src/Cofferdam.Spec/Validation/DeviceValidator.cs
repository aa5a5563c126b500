namespace Cofferdam.Spec;

/// <summary>Checks device nodes, device rules and network devices.</summary>
internal static class DeviceValidator
{
    /// <summary>Bits of the kernel's dev_t: 12 for the major number, 20 for the minor.</summary>
    private const long MaxMajor = (1 << 12) - 1, MaxMinor = (1 << 20) - 1;

    /// <summary>IFNAMSIZ without its NUL.</summary>
    private const int MaxInterfaceName = 15;

    public static void Check(LinuxConfig linux)
    {
        for (int i = 0; i < linux.Devices.Count; i++)
        {
            LinuxDevice device = linux.Devices[i];
            var place = new Place("linux.devices", i);
            Fault.UnlessAbsolute(device.Path, place, ".path");
            if (device.Type != DeviceType.Fifo)
            {
                if (device.Major is < 0 or > MaxMajor) throw Fault.At(place, ".major", $"must be from 0 to {MaxMajor}");
                if (device.Minor is < 0 or > MaxMinor) throw Fault.At(place, ".minor", $"must be from 0 to {MaxMinor}");
            }
            Fault.UnlessId(device.Uid, place, ".uid");
            Fault.UnlessId(device.Gid, place, ".gid");
        }
        CheckNetDevices(linux);
    }

    public static void CheckRules(IReadOnlyList<DeviceRule> rules, string path)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            DeviceRule rule = rules[i];
            // -1 stands for all, as in runc's own rules.
            if (rule.Major is < -1 or > uint.MaxValue) throw Fault.At($"{path}[{i}].major", "must be a device number, or -1 for all");
            if (rule.Minor is < -1 or > uint.MaxValue) throw Fault.At($"{path}[{i}].minor", "must be a device number, or -1 for all");
            if (rule.Access.AsSpan().ContainsAnyExcept("rwm")) throw Fault.At($"{path}[{i}].access", "must be letters of rwm");
        }
    }

    private static void CheckNetDevices(LinuxConfig linux)
    {
        if (linux.NetDevices.Count == 0) return;
        if (NamespaceValidator.Find(linux, NamespaceType.Network) is null)
            throw Fault.At("linux.netDevices", "must have a network namespace in linux.namespaces");
        var names = new List<string>();
        foreach (var (hostName, device) in linux.NetDevices)
        {
            string path = JsonPath.Field("linux.netDevices", hostName);
            if (!IsInterfaceName(hostName)) throw Fault.At(path, "must be the name of a network interface");
            if (device.Name is not null && !IsInterfaceName(device.Name)) throw Fault.At(path + ".name", "must be the name of a network interface");
            string name = device.Name ?? hostName;
            if (names.Contains(name)) throw Fault.At(path + ".name", $"must not repeat '{name}'");
            names.Add(name);
        }
    }

    /// <summary>What the kernel's dev_valid_name takes, in bytes; a percent sign would ask it for a number.</summary>
    private static bool IsInterfaceName(string name)
    {
        if (name is "" or "." or ".." || System.Text.Encoding.UTF8.GetByteCount(name) > MaxInterfaceName) return false;
        foreach (char c in name)
        {
            if (c is '/' or ':' or '%' or '\0' || char.IsWhiteSpace(c)) return false;
        }
        return true;
    }
}
