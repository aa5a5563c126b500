namespace Cofferdam.Spec;

/// <summary>Reads <c>mounts</c> and the id mappings that mounts and user namespaces share.</summary>
internal static class MountReader
{
    public static IReadOnlyList<Mount> ReadMounts(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var mounts = new List<Mount>();
        while (c.NextElement()) mounts.Add(ReadMount(ref c));
        return mounts;
    }

    public static IReadOnlyList<IdMapping> ReadIdMappings(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var mappings = new List<IdMapping>();
        while (c.NextElement()) mappings.Add(ReadIdMapping(ref c));
        return mappings;
    }

    private static Mount ReadMount(ref JsonCursor c)
    {
        string? destination = null, type = null, source = null;
        IReadOnlyList<string> options = [];
        IReadOnlyList<IdMapping> uids = [], gids = [];
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("destination"u8)) destination = c.String();
            else if (c.Is("type"u8)) type = c.String();
            else if (c.Is("source"u8)) source = c.String();
            else if (c.Is("options"u8)) options = c.Strings();
            else if (c.Is("uidMappings"u8)) uids = ReadIdMappings(ref c);
            else if (c.Is("gidMappings"u8)) gids = ReadIdMappings(ref c);
            else c.Unknown();
        }
        return new Mount
        {
            Destination = destination ?? "",
            Type = type,
            Source = source,
            Options = options,
            UidMappings = uids,
            GidMappings = gids,
        };
    }

    private static IdMapping ReadIdMapping(ref JsonCursor c)
    {
        uint? containerId = null, hostId = null, size = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("containerID"u8)) containerId = c.UInt32();
            else if (c.Is("hostID"u8)) hostId = c.UInt32();
            else if (c.Is("size"u8)) size = c.UInt32();
            else c.Unknown();
        }
        return new IdMapping { ContainerId = containerId ?? 0, HostId = hostId ?? 0, Size = size ?? 0 };
    }
}
