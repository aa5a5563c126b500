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
        (IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids) = IdMaps(spec, entry);
        MountStepFlags flags = Flags(entry);
        if (uids.Count > 0) flags |= MountStepFlags.ParentMaps;
        // In a user namespace init is root over fewer files than the caller.
        if (namespaces.HasUser && !inputs.Rootless) flags |= MountStepFlags.ParentReaches;
        Operand[] operands =
        [
            Operand.Of("target", entry.Destination), Operand.Of("source", source),
            Operand.Of("set", (long)entry.Options.SetAttributes), Operand.Of("clear", (long)entry.Options.ClearAttributes),
            Operand.Of("flags", (long)flags),
        ];
        plan.Steps.Add(new LaunchStep(InitOp.BindMount, entry.Field, $"bind mount '{source}' on '{entry.Destination}'", operands)
        {
            Hint = errno => Hint(entry, errno),
            SourceTree = new SourceTreeRequest(source)
            {
                Recursive = entry.IsRecursiveBind,
                NoFollow = entry.Options.SourceNoFollow,
                UidMappings = uids,
                GidMappings = gids,
                MapsTree = entry.Options.RecursiveIdMap,
            },
        });
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

    /// <summary>The maps of an id-mapped mount; empty for another.</summary>
    private static (IReadOnlyList<IdMapping> Uids, IReadOnlyList<IdMapping> Gids) IdMaps(RuntimeSpec spec, MountEntry entry)
    {
        ParsedMountOptions options = entry.Options;
        bool hasMaps = entry.Mount.UidMappings.Count + entry.Mount.GidMappings.Count > 0;
        if (!options.IdMap && !hasMaps) return ([], []);
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
        return (uids, gids);
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
        Abi.EINVAL when !entry.IsRecursiveBind => "where mounts lie below the source, a user namespace wants rbind",
        Abi.ENOENT => "does the source exist?",
        _ => null,
    };
}
