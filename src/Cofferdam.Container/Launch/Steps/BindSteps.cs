using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Steps for bind mounts, id-mapped ones included.</summary>
internal static class BindSteps
{
    public static void Add(PlanBuilder plan, RuntimeSpec spec, MountEntry entry, PlanInputs inputs, NamespaceSet namespaces)
    {
        if (entry.Mount.Source is not { Length: > 0 } given)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{entry.Field}.source: must be set for a bind mount");
        string source = Path.GetFullPath(given, inputs.Bundle);
        RefuseFilesystemOptions(entry);
        MountStepFlags flags = Flags(entry);
        ulong set = entry.Options.SetAttributes, clear = entry.Options.ClearAttributes;
        DescriptorRequest? idMap = IdMap(spec, entry, namespaces);
        // The parent clones the source where init could not: in a user namespace (a rootful one) it may not reach the path,
        // and an id map wants CAP_SYS_ADMIN over the file system's own user namespace.
        bool byParent = idMap is not null || (namespaces.HasUser && !inputs.Rootless && !entry.Options.CopySymlink);
        DescriptorRequest? tree = !byParent ? null : new DescriptorRequest(DescriptorKind.SourceTree)
        {
            Path = source,
            Recursive = entry.IsRecursiveBind,
            NoFollow = entry.Options.SourceNoFollow,
            UidMappings = idMap?.UidMappings ?? [],
            GidMappings = idMap?.GidMappings ?? [],
            Index = entry.Options.RecursiveIdMap ? 1 : 0,
        };
        plan.Add(InitOp.BindMount, entry.Field, $"bind mount '{source}' on '{entry.Destination}'",
            errno => Hint(entry, errno),
            Operand.Of("target", entry.Destination), Operand.Of("source", source), Operand.Of("tree", tree),
            Operand.Of("set", (long)set), Operand.Of("clear", (long)clear), Operand.Of("flags", (long)flags),
            Operand.Of("idmap", (DescriptorRequest?)null));
    }

    private static MountStepFlags Flags(MountEntry entry)
    {
        MountStepFlags flags = MountStepFlags.None;
        if (entry.IsRecursiveBind) flags |= MountStepFlags.Recursive;
        if (entry.Options.SourceNoFollow) flags |= MountStepFlags.SourceNoFollow;
        if (entry.Options.DestinationNoFollow) flags |= MountStepFlags.DestinationNoFollow;
        if (entry.Options.CopySymlink) flags |= MountStepFlags.CopySymlink;
        if (entry.Destination == "/proc") flags |= MountStepFlags.ProcSourceRequired | MountStepFlags.NoLinks;
        if (IsReplaceableProcFile(entry.Destination)) flags |= MountStepFlags.ProcTargetAllowed;
        return flags;
    }

    /// <summary>Files of procfs that lxcfs and others may cover; the list is runc's, since users rely on it.</summary>
    private static bool IsReplaceableProcFile(string path) => path is "/proc/cpuinfo" or "/proc/diskstats" or "/proc/meminfo"
        or "/proc/stat" or "/proc/swaps" or "/proc/uptime" or "/proc/loadavg" or "/proc/slabinfo" or "/proc/net/dev"
        or "/proc/sys/kernel/ns_last_pid" or "/proc/sys/crypto/fips_enabled";

    private static DescriptorRequest? IdMap(RuntimeSpec spec, MountEntry entry, NamespaceSet namespaces)
    {
        ParsedMountOptions options = entry.Options;
        bool hasMaps = entry.Mount.UidMappings.Count + entry.Mount.GidMappings.Count > 0;
        if (!options.IdMap && !hasMaps) return null;
        IReadOnlyList<IdMapping> uids = entry.Mount.UidMappings, gids = entry.Mount.GidMappings;
        if (options.IdMapUids.Count + options.IdMapGids.Count > 0)
        {
            uids = Resolve(options.IdMapUids, spec.Linux.UidMappings);
            gids = Resolve(options.IdMapGids.Count > 0 ? options.IdMapGids : options.IdMapUids, spec.Linux.GidMappings);
        }
        else if (!hasMaps)
        {
            uids = spec.Linux.UidMappings;
            gids = spec.Linux.GidMappings;
        }
        if (uids.Count == 0 || gids.Count == 0)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                $"{entry.Field}.uidMappings: must be set with gidMappings for an id-mapped mount without a user namespace");
        }
        return new DescriptorRequest(DescriptorKind.IdMap) { UidMappings = uids, GidMappings = gids };
    }

    /// <summary>crun's "@" form counts from the ids of the container's user namespace.</summary>
    private static List<IdMapping> Resolve(IReadOnlyList<MountIdMapping> given, IReadOnlyList<IdMapping> container)
    {
        var maps = new List<IdMapping>(given.Count);
        foreach (MountIdMapping item in given)
        {
            IdMapping map = item.Mapping;
            if (item.Relative)
            {
                foreach (IdMapping range in container)
                {
                    if (map.HostId < range.ContainerId || map.HostId >= range.ContainerId + range.Size) continue;
                    map = map with { HostId = range.HostId + (map.HostId - range.ContainerId) };
                    break;
                }
            }
            maps.Add(map);
        }
        return maps;
    }

    private static void RefuseFilesystemOptions(MountEntry entry)
    {
        if (entry.Options.TmpCopyUp)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"{entry.Field}.options: tmpcopyup is for tmpfs, not for a bind mount");
    }

    private static string? Hint(MountEntry entry, int errno) => errno switch
    {
        Abi.EPERM when entry.Destination.StartsWith("/proc", StringComparison.Ordinal) => "mounts over procfs are refused, except a few files",
        Abi.EPERM when entry.Options.ClearAttributes != 0 => "a user namespace may not clear flags that its mounts came with",
        Abi.EINVAL when entry.Options.IdMap => "does the file system support id-mapped mounts?",
        Abi.ENOENT => "does the source exist?",
        _ => null,
    };
}
