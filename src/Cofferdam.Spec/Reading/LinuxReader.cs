using System.Collections.ObjectModel;

namespace Cofferdam.Spec;

/// <summary>Reads the <c>linux</c> section but for resources and seccomp.</summary>
internal static class LinuxReader
{
    public static LinuxConfig? ReadLinux(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        IReadOnlyList<IdMapping> uids = [], gids = [];
        IReadOnlyDictionary<string, TimeOffset>? timeOffsets = null;
        IReadOnlyDictionary<string, string>? sysctl = null;
        IReadOnlyDictionary<string, LinuxNetDevice>? netDevices = null;
        IReadOnlyList<LinuxNamespace> namespaces = [];
        IReadOnlyList<LinuxDevice> devices = [];
        IReadOnlyList<string> masked = [], readOnly = [];
        LinuxResources? resources = null;
        Seccomp? seccomp = null;
        string? cgroupsPath = null, propagation = null, mountLabel = null;
        Personality? personality = null;
        IntelRdt? intelRdt = null;
        MemoryPolicy? memoryPolicy = null;
        while (c.NextField())
        {
            if (c.Is("uidMappings"u8)) uids = MountReader.ReadIdMappings(ref c);
            else if (c.Is("gidMappings"u8)) gids = MountReader.ReadIdMappings(ref c);
            else if (c.Is("timeOffsets"u8)) timeOffsets = ReadTimeOffsets(ref c);
            else if (c.Is("sysctl"u8)) sysctl = c.StringMap();
            else if (c.Is("resources"u8)) resources = ResourcesReader.ReadResources(ref c);
            else if (c.Is("cgroupsPath"u8)) cgroupsPath = c.String();
            else if (c.Is("namespaces"u8)) namespaces = ReadNamespaces(ref c);
            else if (c.Is("devices"u8)) devices = DeviceReader.ReadDevices(ref c);
            else if (c.Is("netDevices"u8)) netDevices = DeviceReader.ReadNetDevices(ref c);
            else if (c.Is("seccomp"u8)) seccomp = SeccompReader.ReadSeccomp(ref c);
            else if (c.Is("rootfsPropagation"u8)) propagation = c.String();
            else if (c.Is("maskedPaths"u8)) masked = c.Strings();
            else if (c.Is("readonlyPaths"u8)) readOnly = c.Strings();
            else if (c.Is("mountLabel"u8)) mountLabel = c.String();
            else if (c.Is("personality"u8)) personality = ReadPersonality(ref c);
            else if (c.Is("intelRdt"u8)) intelRdt = ReadIntelRdt(ref c);
            else if (c.Is("memoryPolicy"u8)) memoryPolicy = SchedulingReader.ReadMemoryPolicy(ref c);
            else c.Unknown();
        }
        return new LinuxConfig
        {
            UidMappings = uids,
            GidMappings = gids,
            TimeOffsets = timeOffsets ?? ReadOnlyDictionary<string, TimeOffset>.Empty,
            Sysctl = sysctl ?? ReadOnlyDictionary<string, string>.Empty,
            Resources = resources,
            CgroupsPath = cgroupsPath,
            Namespaces = namespaces,
            Devices = devices,
            NetDevices = netDevices ?? ReadOnlyDictionary<string, LinuxNetDevice>.Empty,
            Seccomp = seccomp,
            RootfsPropagation = propagation,
            MaskedPaths = masked,
            ReadonlyPaths = readOnly,
            MountLabel = mountLabel,
            Personality = personality,
            IntelRdt = intelRdt,
            MemoryPolicy = memoryPolicy,
        };
    }

    private static IReadOnlyList<LinuxNamespace> ReadNamespaces(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var namespaces = new List<LinuxNamespace>();
        while (c.NextElement()) namespaces.Add(ReadNamespace(ref c));
        return namespaces;
    }

    private static LinuxNamespace ReadNamespace(ref JsonCursor c)
    {
        long start = c.Position;
        NamespaceType? type = null;
        string? path = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("type"u8))
                type = LinuxNames.TryParse(c.RequiredString(), out NamespaceType t) ? t : throw c.Refuse("must be pid, network, mount, ipc, uts, user, cgroup or time");
            else if (c.Is("path"u8)) path = c.String();
            else c.Unknown();
        }
        // Go leaves an unset path out, but programs in other languages write "".
        return new LinuxNamespace { Type = type ?? throw c.ErrorAt(start, "must have a type"), Path = string.IsNullOrEmpty(path) ? null : path };
    }

    private static IReadOnlyDictionary<string, TimeOffset>? ReadTimeOffsets(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        var offsets = new Dictionary<string, TimeOffset>();
        while (c.NextField())
        {
            string clock = c.Name();
            if (!c.BeginObject()) continue;
            long? secs = null;
            uint? nanosecs = null;
            while (c.NextField())
            {
                if (c.Is("secs"u8)) secs = c.Int64();
                else if (c.Is("nanosecs"u8)) nanosecs = c.UInt32();
                else c.Unknown();
            }
            offsets[clock] = new TimeOffset { Secs = secs ?? 0, Nanosecs = nanosecs ?? 0 };
        }
        return offsets;
    }

    private static Personality? ReadPersonality(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long start = c.Position;
        PersonalityDomain? domain = null;
        IReadOnlyList<string> flags = [];
        while (c.NextField())
        {
            if (c.Is("domain"u8))
                domain = LinuxNames.TryParse(c.RequiredString(), out PersonalityDomain d) ? d : throw c.Refuse("must be LINUX or LINUX32");
            else if (c.Is("flags"u8)) flags = c.Strings();
            else c.Unknown();
        }
        return new Personality { Domain = domain ?? throw c.ErrorAt(start, "must have a domain"), Flags = flags };
    }

    private static IntelRdt? ReadIntelRdt(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        string? closId = null, l3CacheSchema = null, memBwSchema = null;
        IReadOnlyList<string> schemata = [];
        bool? monitoring = null;
        while (c.NextField())
        {
            if (c.Is("closID"u8)) closId = c.String();
            else if (c.Is("schemata"u8)) schemata = c.Strings();
            else if (c.Is("l3CacheSchema"u8)) l3CacheSchema = c.String();
            else if (c.Is("memBwSchema"u8)) memBwSchema = c.String();
            else if (c.Is("enableMonitoring"u8)) monitoring = c.Bool();
            else if (c.Is("enableCMT"u8) || c.Is("enableMBM"u8)) c.Skip("removed from the specification in 1.3, ignoring");
            else c.Unknown();
        }
        return new IntelRdt
        {
            ClosId = closId,
            Schemata = schemata,
            L3CacheSchema = l3CacheSchema,
            MemBwSchema = memBwSchema,
            EnableMonitoring = monitoring ?? false,
        };
    }
}
