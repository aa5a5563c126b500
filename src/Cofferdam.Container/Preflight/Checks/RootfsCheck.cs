using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The root file system is there; and the container's name is free.</summary>
internal sealed class RootfsCheck : HostCheck
{
    public override string Subject => "rootfs";

    public override string? Examine(CheckContext context)
    {
        if (context.Options is { Id: { } id, Root: { } root } && Files.Exists($"{root}/{id}"))
            context.Fail("", $"container '{id}' exists in '{root}'", "delete it, or take another name");
        string path = RootSteps.RootfsPath(context.Spec, context.Bundle);
        if (!Files.TryStat(path, out FileStatus status, out Errno errno))
        {
            string advice = errno == Errno.EACCES ? "give this user x on every directory that leads there" : "unpack an image there, or correct root.path";
            context.Fail("root.path", $"'{path}': {errno.Describe()}", advice);
        }
        else if (status.Type != FileType.Directory) context.Fail("root.path", $"'{path}' is not a directory", "root.path names a directory tree");
        else if (context.MakesUserNamespace && !IsWritable(context.Spec.Linux, status)) CheckPlaces(context, path, status);
        return $"'{path}' is a directory";
    }

    /// <summary>
    /// What is missing in a rootfs that belongs to nobody in the user namespace cannot be made there. The overlay of a rehearsal
    /// would not show it: its top directory has to belong to somebody.
    /// </summary>
    private static void CheckPlaces(CheckContext context, string rootfs, FileStatus status)
    {
        using OwnedFd root = Files.Open(rootfs, OpenFlags.Path | OpenFlags.Directory);
        string advice = $"make it there, or give rootfs to user {context.Spec.Linux.UidMappings[0].HostId}, who is root in the container";
        for (int i = 0; i < context.Spec.Mounts.Count; i++)
            if (Missing(root, context.Spec.Mounts[i].Destination) is { } name)
                context.Fail($"mounts[{i}]", $"'/{name}' is not in rootfs, whose owner {status.Uid} the user namespace does not map", advice);
        if (Missing(root, context.Process.Cwd) is { } directory)
            context.Fail("process.cwd", $"'/{directory}' is not in rootfs, whose owner {status.Uid} the user namespace does not map", advice);
    }

    private static string? Missing(OwnedFd root, string path)
    {
        string name = MountSteps.CleanPath(path).Split('/', 3)[1];
        return name.Length == 0 || Files.Exists(name, root) ? null : name;
    }

    private static bool IsWritable(LinuxConfig linux, FileStatus status) =>
        (status.Permissions & 0x2) != 0 || (IsMapped(linux.UidMappings, status.Uid) && IsMapped(linux.GidMappings, status.Gid));

    private static bool IsMapped(IReadOnlyList<IdMapping> maps, uint host) =>
        maps.Any(map => host >= map.HostId && (ulong)host < (ulong)map.HostId + map.Size);
}
