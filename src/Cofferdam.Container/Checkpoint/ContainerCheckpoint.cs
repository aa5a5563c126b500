using Cofferdam.Cgroups;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>One checkpoint of a container that runs or is paused, made with its lock held.</summary>
internal sealed class ContainerCheckpoint(StoredState stored, RuntimeSpec spec, ICgroup cgroup, CheckpointOptions options)
{
    private const uint NewNetwork = (uint)NamespaceFlags.Network;

    /// <summary>How often CRIU may meet a process in vfork(2). Each time it waits ten seconds, with the container stopped.</summary>
    private const int Attempts = 3;

    /// <summary>
    /// Saves the container. It has ended then, unless the options say otherwise; if this fails, it runs on.
    /// </summary>
    public void Run()
    {
        ContainerRestore.RequireRoot("checkpointing");
        bool wasFrozen = Liveness.IsFrozen(cgroup);
        using ImageDirectory images = ImageDirectory.ForDump(options);
        images.LetIn(spec);
        for (int attempt = 1; !Perform(images, wasFrozen, isLast: attempt == Attempts); attempt++)
            options.Warnings?.Add($"checkpointing container '{stored.Id}': a process was starting another when criu stopped them, which it gave up; trying again");
    }

    /// <returns>
    /// false: the container runs on, and it may work a moment later. Whoever calls vfork(2) waits in the kernel for its child to execute
    /// something, and cannot be stopped by CRIU, which has stopped the child before that. posix_spawn and Go's exec do so too.
    /// </returns>
    private bool Perform(ImageDirectory images, bool wasFrozen, bool isLast)
    {
        using CriuSession criu = CriuSession.Start(CriuProgram.Find(options.CriuPath));
        criu.RequireVersion(CriuSession.OldestVersion, "containers");
        criu.RequireFeatures(options.PreDump || options.ParentPath is not null, options.LazyPages);
        using CgroupYard? yard = CgroupYard.ForDump();
        CriuRequest request = Describe(images);
        if (yard is not null) request.CgroupYard(yard.Location);
        if (!options.PreDump) DescribeSurroundings(request, images);
        try
        {
            criu.Perform(request, notification => Notified(notification, images));
            return true;
        }
        catch (CofferdamException e)
        {
            if (!wasFrozen && Liveness.IsFrozen(cgroup)) cgroup.Thaw();
            if (!isLast && !wasFrozen && images.WasCaughtInVfork()) return false;
            throw new CofferdamException(e.Kind, $"checkpointing container '{stored.Id}': {e.Message}: {images.Explain()}", e);
        }
    }

    private CriuRequest Describe(ImageDirectory images)
    {
        CriuRequestType type = options.PreDump ? CriuRequestType.PreDump : CriuRequestType.Dump;
        CriuRequest request = new(type, images.Images.Fd, images.Work?.Fd, images.Log, options);
        request.Dump(stored.Pid, options);
        request.Root(stored.Rootfs);
        CriuCgroupMode mode = stored.CgroupPaths.Count == 0 ? CriuCgroupMode.Ignore : options.CgroupMode;
        request.CgroupMode(mode);
        request.ConfigFile(CriuProgram.ConfigFile(spec.Annotations));
        // As runc: devices and addresses are whoever's who made them, at a create and at a restore.
        request.EmptyNamespaces(NewNetwork);
        Namespaces.Check(spec);
        Namespaces.Check(spec, mode);
        Namespaces.AddToDump(request, spec, stored.Pid);
        DescribeHierarchies(request);
        // Without a freezer CRIU stops the processes one by one.
        if (FreezerDirectory() is { } freezer) request.FreezeCgroup(freezer);
        return request;
    }

    /// <summary>
    /// Beside v1 hierarchies the v2 one is not the container's: its processes are where their runtime was, and CRIU would save
    /// all cgroups below that.
    /// </summary>
    private void DescribeHierarchies(CriuRequest request)
    {
        foreach (ProcCgroup membership in ProcCgroup.Parse(Files.ReadText(ProcFs.PathOf(stored.Pid, "cgroup"))))
        {
            bool isOurs = membership.Controllers.Any(stored.CgroupPaths.ContainsKey);
            if (isOurs && !membership.IsUnified) request.DumpHierarchy(string.Join(',', membership.Controllers));
        }
    }

    /// <summary>What is not memory, and so not part of a pre-dump.</summary>
    private void DescribeSurroundings(CriuRequest request, ImageDirectory images)
    {
        IReadOnlyList<MountInfo> mounts = MountTable.Read(stored.Pid);
        foreach (ExternalMount mount in DumpedMounts.FindExternal(stored.Pid, mounts, spec)) request.ExternalMount(mount.Key, mount.Value);
        List<int> tree = ProcessTree.From(stored.Pid);
        IReadOnlyList<int> pids = stored.CgroupPaths.Count > 0 ? cgroup.ReadProcesses() : tree;
        // CRIU follows parents to children, and these are not init's: their parent, the runtime, was outside.
        foreach (int pid in pids.Except(tree)) options.Warnings?.Add($"process {pid} was made by exec and is not saved");
        IReadOnlyList<OutsideFile> files = OutsideFiles.Find(pids, mounts, stored.StandardStreams);
        foreach (OutsideFile file in files) request.External(file.Key);
        StreamNames.Save(images.Images, stored.StandardStreams);
        OutsideFiles.Save(images.Images, files);
        if (options.CgroupMode != CriuCgroupMode.Ignore && UnifiedDirectory() is { } cgroups) SavedCgroups.Save(images.Images, cgroups, options.Warnings);
    }

    private string? FreezerDirectory()
    {
        if (stored.CgroupPaths.TryGetValue("freezer", out string? legacy)) return legacy;
        return UnifiedDirectory();
    }

    private string? UnifiedDirectory() =>
        stored.CgroupPaths.Count == 1 && stored.CgroupPaths.TryGetValue("", out string? unified) ? unified : null;

    private void Notified(CriuNotification notification, ImageDirectory images)
    {
        switch (notification.Stage)
        {
            case "post-dump":
                // All but lazy pages is written, and CRIU lets the processes go on if this fails.
                RestoredLabels.CheckSaved(spec, images.Images);
                break;
            case "status-ready" when options.StatusFd is { } status:
                // Whoever waits for it starts the other side of the migration now.
                Files.WriteAll(status, "\0"u8, "status fd");
                break;
            default:
                break;
        }
    }
}
