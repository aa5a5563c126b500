namespace Cofferdam.Spec;

/// <summary>Checks namespaces, id mappings and time offsets.</summary>
internal static class NamespaceValidator
{
    /// <summary>UID_GID_MAP_MAX_EXTENTS: user_namespaces(7), Linux 4.15.</summary>
    private const int MaxMappings = 340;

    public static LinuxNamespace? Find(LinuxConfig linux, NamespaceType type)
    {
        for (int i = 0; i < linux.Namespaces.Count; i++)
        {
            if (linux.Namespaces[i].Type == type) return linux.Namespaces[i];
        }
        return null;
    }

    public static void Check(LinuxConfig linux)
    {
        uint seen = 0;
        for (int i = 0; i < linux.Namespaces.Count; i++)
        {
            LinuxNamespace ns = linux.Namespaces[i];
            uint bit = 1u << (int)ns.Type;
            if ((seen & bit) != 0) throw Fault.At($"linux.namespaces[{i}].type", $"must not repeat {LinuxNames.Name(ns.Type)}");
            seen |= bit;
            if (ns.Path is not null) Fault.UnlessAbsolute(ns.Path, $"linux.namespaces[{i}].path");
        }
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        CheckUserNamespace(linux);
        CheckTimeOffsets(linux);
    }

    /// <summary>In a new user namespace an id that is not mapped cannot be taken on.</summary>
    public static void CheckUser(User user, LinuxConfig linux)
    {
        if (Find(linux, NamespaceType.User) is not { Path: null }) return;
        if (!IsMapped(user.Uid, linux.UidMappings)) throw Fault.At("process.user.uid", "must be mapped by linux.uidMappings");
        if (!IsMapped(user.Gid, linux.GidMappings)) throw Fault.At("process.user.gid", "must be mapped by linux.gidMappings");
        for (int i = 0; i < user.AdditionalGids.Count; i++)
        {
            if (!IsMapped(user.AdditionalGids[i], linux.GidMappings))
                throw Fault.At($"process.user.additionalGids[{i}]", "must be mapped by linux.gidMappings");
        }
    }

    /// <summary>The rules of uid_map files: user_namespaces(7).</summary>
    public static void CheckMappings(IReadOnlyList<IdMapping> mappings, string path)
    {
        if (mappings.Count > MaxMappings) throw Fault.At(path, $"must have at most {MaxMappings} entries");
        for (int i = 0; i < mappings.Count; i++)
        {
            IdMapping m = mappings[i];
            if (m.Size == 0) throw Fault.At($"{path}[{i}].size", "must not be 0");
            if ((ulong)m.ContainerId + m.Size > uint.MaxValue) throw Fault.At($"{path}[{i}].containerID", "must stay below 4294967295 with size added");
            if ((ulong)m.HostId + m.Size > uint.MaxValue) throw Fault.At($"{path}[{i}].hostID", "must stay below 4294967295 with size added");
            for (int j = 0; j < i; j++)
            {
                if (Overlap(m.ContainerId, m.Size, mappings[j].ContainerId, mappings[j].Size)) throw Fault.At($"{path}[{i}].containerID", $"must not overlap entry {j}");
                if (Overlap(m.HostId, m.Size, mappings[j].HostId, mappings[j].Size)) throw Fault.At($"{path}[{i}].hostID", $"must not overlap entry {j}");
            }
        }
    }

    private static bool Overlap(ulong a, ulong aSize, ulong b, ulong bSize) => a < b + bSize && b < a + aSize;

    private static bool IsMapped(uint id, IReadOnlyList<IdMapping> mappings)
    {
        for (int i = 0; i < mappings.Count; i++)
        {
            if (id >= mappings[i].ContainerId && id - mappings[i].ContainerId < mappings[i].Size) return true;
        }
        return false;
    }

    private static void CheckUserNamespace(LinuxConfig linux)
    {
        LinuxNamespace? user = Find(linux, NamespaceType.User);
        if (user is null)
        {
            if (linux.UidMappings.Count != 0) throw Fault.At("linux.uidMappings", "must have a user namespace in linux.namespaces");
            if (linux.GidMappings.Count != 0) throw Fault.At("linux.gidMappings", "must have a user namespace in linux.namespaces");
        }
        else if (user.Path is null)
        {
            if (linux.UidMappings.Count == 0) throw Fault.At("linux.uidMappings", "must not be empty with a new user namespace");
            if (linux.GidMappings.Count == 0) throw Fault.At("linux.gidMappings", "must not be empty with a new user namespace");
        }
    }

    private static void CheckTimeOffsets(LinuxConfig linux)
    {
        if (linux.TimeOffsets.Count == 0) return;
        if (Find(linux, NamespaceType.Time) is not { Path: null })
            throw Fault.At("linux.timeOffsets", "must have a new time namespace in linux.namespaces");
        foreach (var (clock, offset) in linux.TimeOffsets)
        {
            string path = JsonPath.Field("linux.timeOffsets", clock);
            if (clock is not ("monotonic" or "boottime")) throw Fault.At(path, "must be monotonic or boottime");
            if (offset.Nanosecs >= 1_000_000_000) throw Fault.At(path + ".nanosecs", "must be below 1000000000");
        }
    }
}
