using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>The mounts of a configuration as far as checkpoints care.</summary>
internal static class ConfiguredMounts
{
    /// <summary>Parses them, and refuses what could not be restored.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.Unimplemented"/>: CRIU has no means for one of them.</exception>
    public static IReadOnlyList<MountEntry> Read(RuntimeSpec spec)
    {
        List<MountEntry> entries = [];
        for (int i = 0; i < spec.Mounts.Count; i++)
        {
            Mount mount = spec.Mounts[i];
            string field = $"mounts[{i}]";
            ParsedMountOptions options = MountOptions.Parse(mount.Options, field + ".options");
            if (options.IdMap || mount.UidMappings.Count + mount.GidMappings.Count > 0)
                throw new CofferdamException(ErrorKind.Unimplemented, $"{field}: criu does not restore an id-mapped mount");
            if (options.SourceNoFollow)
                throw new CofferdamException(ErrorKind.Unimplemented, $"{field}: criu does not restore a mount with src-nofollow");
            if (!options.Remount) entries.Add(new MountEntry(mount, options, field, MountSteps.CleanPath(mount.Destination), false));
        }

        return entries;
    }
}
