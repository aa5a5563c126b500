using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Linux;

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
        return $"'{path}' is a directory";
    }
}
