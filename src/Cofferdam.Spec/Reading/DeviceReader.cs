namespace Cofferdam.Spec;

/// <summary>Reads <c>linux.devices</c>, <c>linux.netDevices</c> and the rules of the device cgroup.</summary>
internal static class DeviceReader
{
    public static IReadOnlyList<LinuxDevice> ReadDevices(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var devices = new List<LinuxDevice>();
        while (c.NextElement()) devices.Add(ReadDevice(ref c));
        return devices;
    }

    public static IReadOnlyList<DeviceRule> ReadRules(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var rules = new List<DeviceRule>();
        while (c.NextElement()) rules.Add(ReadRule(ref c));
        return rules;
    }

    public static IReadOnlyDictionary<string, LinuxNetDevice>? ReadNetDevices(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        var devices = new Dictionary<string, LinuxNetDevice>();
        while (c.NextField())
        {
            string hostName = c.Name();
            if (!c.BeginObject()) continue;
            string? name = null;
            while (c.NextField())
            {
                if (c.Is("name"u8)) name = c.String();
                else c.Unknown();
            }
            devices[hostName] = new LinuxNetDevice { Name = string.IsNullOrEmpty(name) ? null : name };
        }
        return devices;
    }

    private static LinuxDevice ReadDevice(ref JsonCursor c)
    {
        long start = c.Position;
        string? path = null;
        DeviceType? type = null;
        long? major = null, minor = null;
        uint? fileMode = null, uid = null, gid = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("path"u8)) path = c.String();
            else if (c.Is("type"u8))
                type = LinuxNames.TryParse(c.RequiredString(), out DeviceType t) && t != DeviceType.All ? t : throw c.Refuse("must be b, c, u or p");
            else if (c.Is("major"u8)) major = c.Int64();
            else if (c.Is("minor"u8)) minor = c.Int64();
            else if (c.Is("fileMode"u8)) fileMode = c.UInt32();
            else if (c.Is("uid"u8)) uid = c.UInt32();
            else if (c.Is("gid"u8)) gid = c.UInt32();
            else c.Unknown();
        }
        return new LinuxDevice
        {
            Path = path ?? "",
            Type = type ?? throw c.ErrorAt(start, "must have a type"),
            Major = major ?? 0,
            Minor = minor ?? 0,
            FileMode = fileMode,
            Uid = uid,
            Gid = gid,
        };
    }

    private static DeviceRule ReadRule(ref JsonCursor c)
    {
        bool? allow = null;
        DeviceType? type = null;
        long? major = null, minor = null;
        string? access = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("allow"u8)) allow = c.Bool();
            else if (c.Is("type"u8)) type = ReadRuleType(ref c);
            else if (c.Is("major"u8)) major = c.Int64();
            else if (c.Is("minor"u8)) minor = c.Int64();
            else if (c.Is("access"u8)) access = c.String();
            else c.Unknown();
        }
        return new DeviceRule { Allow = allow ?? false, Type = type, Major = major, Minor = minor, Access = access };
    }

    private static DeviceType? ReadRuleType(ref JsonCursor c)
    {
        string? text = c.String();
        if (string.IsNullOrEmpty(text)) return null;
        return LinuxNames.TryParse(text, out DeviceType type) && type is not (DeviceType.Fifo or DeviceType.Unbuffered)
            ? type : throw c.Refuse("must be a, b or c");
    }
}
