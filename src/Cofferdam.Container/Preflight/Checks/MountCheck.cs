using Cofferdam.Containers.Launch;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>Sources of bind mounts are there, file systems are known, and those that are id-mapped can be.</summary>
internal sealed class MountCheck : HostCheck
{
    public override string Subject => "mounts";

    public override string? Examine(CheckContext context)
    {
        IReadOnlyList<Mount> mounts = context.Spec.Mounts;
        for (int i = 0; i < mounts.Count; i++)
        {
            Mount mount = mounts[i];
            ParsedMountOptions options = MountOptions.Parse(mount.Options, $"mounts[{i}].options");
            if (options.Bind || mount.Type is "bind" or "rbind") CheckSource(context, $"mounts[{i}]", mount);
            else if (!options.Remount && mount.Type is { Length: > 0 } type && KernelFeatures.KnowsFileSystem(type) == false)
                context.Fail($"mounts[{i}]", $"this kernel has no file system '{type}'", "load its module, or leave the mount out");
        }
        foreach (LaunchStep step in ContainerLaunch.Preview(context.Spec, context.Bundle, new ContainerId("check")).Steps)
            if (step.SourceTree is { UidMappings.Count: > 0 } tree && !context.HasFailed(step.Field)) TryToMap(context, step.Field, tree);
        return mounts.Count == 0 ? null : $"{mounts.Count} have a source and a file system";
    }

    private static void CheckSource(CheckContext context, string field, Mount mount)
    {
        if (string.IsNullOrEmpty(mount.Source)) return;
        string source = Path.GetFullPath(mount.Source, context.Bundle);
        if (Files.TryStatAt(null, source, followLinks: !mount.Options.Contains("src-nofollow"), out _, out Errno errno)) return;
        // Init of a user namespace gets from its parent what it may not reach itself.
        context.Fail(field, $"source '{source}': {errno.Describe()}", errno == Errno.EACCES ? "give this user access to it" : "make it, or correct the source");
    }

    /// <summary>Maps a detached clone, which nobody sees and which ends here.</summary>
    private static void TryToMap(CheckContext context, string field, SourceTreeRequest tree)
    {
        try
        {
            SourceTrees.Clone(tree).Dispose();
        }
        catch (LinuxException e)
        {
            string kind = MountTable.Containing(MountTable.ReadSelf(), tree.Path)?.FsType ?? "unknown";
            string advice = e.Errno switch
            {
                Errno.EINVAL => "keep the files on ext4, xfs, btrfs, or another file system that this kernel can map (tmpfs from Linux 6.3, overlay from 6.6), and map no mount twice",
                Errno.EPERM => "the file system belongs to another user namespace, or CAP_SYS_ADMIN is missing: leave the id map out, or run as root",
                _ => "leave the id map out",
            };
            context.Fail(field, $"'{tree.Path}' on {kind} cannot be id-mapped: {e.Message}", advice);
        }
    }
}
