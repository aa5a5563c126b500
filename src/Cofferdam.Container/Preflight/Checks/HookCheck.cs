using Cofferdam.Containers.Launch.Steps;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The programs of hooks are there and executable: on the host, and for startContainer in rootfs.</summary>
internal sealed class HookCheck : HostCheck
{
    public override string Subject => "hooks";

    public override string? Examine(CheckContext context)
    {
        Cofferdam.Spec.Hooks hooks = context.Spec.Hooks;
        int count = Check(context, hooks.Prestart, "prestart", "") + Check(context, hooks.CreateRuntime, "createRuntime", "")
            + Check(context, hooks.CreateContainer, "createContainer", "") + Check(context, hooks.Poststart, "poststart", "")
            + Check(context, hooks.StartContainer, "startContainer", RootSteps.RootfsPath(context.Spec, context.Bundle))
            + Check(context, hooks.Poststop, "poststop", "");
        return count == 0 ? null : $"{count} programs can be executed";
    }

    private static int Check(CheckContext context, IReadOnlyList<Hook> hooks, string kind, string root)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            string field = $"hooks.{kind}[{i}].path", path = hooks[i].Path;
            if (root.Length > 0)
            {
                CheckInRoot(context, field, path, root);
                continue;
            }
            if (!Files.TryStat(path, out FileStatus status, out Errno errno)) Tell(context, kind, field, $"'{path}': {errno.Describe()}");
            else if (status.Type != FileType.Regular || !Files.IsExecutable(path)) Tell(context, kind, field, $"'{path}' is not executable");
        }
        return hooks.Count;
    }

    private static void CheckInRoot(CheckContext context, string field, string path, string root)
    {
        bool isMounted = context.Spec.Mounts.Any(mount => MountTable.IsAtOrBelow(path, MountSteps.CleanPath(mount.Destination)));
        if (isMounted || !Files.TryOpen(root, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? directory, out _)) return;
        using (directory)
        {
            if (!Files.TryOpenAt2(directory, path, OpenFlags.Path, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, out OwnedFd? file, out Errno errno))
                context.Fail(field, $"'{path}' in rootfs: {errno.Describe()}", "put the hook into the image: startContainer hooks run in the container");
            else using (file)
                if ((Files.Stat(file, path).Permissions & 0x49) == 0) context.Fail(field, $"'{path}' in rootfs is not executable", "chmod +x");
        }
    }

    // A poststop hook that fails is logged, and the container has run by then.
    private static void Tell(CheckContext context, string kind, string field, string text)
    {
        const string Advice = "install it, or leave the hook out";
        if (kind == "poststop") context.Warn(field, text, Advice);
        else context.Fail(field, text, Advice);
    }
}
