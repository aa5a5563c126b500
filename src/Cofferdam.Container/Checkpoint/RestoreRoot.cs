using System.Runtime.ExceptionServices;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// The root file system as CRIU wants to find it: a mount point, with a mount point for each mount of the configuration, as
/// a create would have made them. All of it stands in a mount namespace that only CRIU and one thread of ours see, so
/// nothing of it can be left behind.
/// </summary>
internal sealed class RestoreRoot
{
    private const int Mode = 0x1C0;   // 0700

    private readonly RuntimeSpec _spec;
    private readonly string _bundle;
    private readonly string _stateDirectory;
    private readonly List<ExternalMount> _sources = [];
    private readonly List<OwnedFd> _bound = [];

    /// <param name="spec">The configuration.</param>
    /// <param name="bundle">Where its relative paths begin.</param>
    /// <param name="rootfs">The root file system.</param>
    /// <param name="stateDirectory">The container's.</param>
    public RestoreRoot(RuntimeSpec spec, string bundle, string rootfs, string stateDirectory)
    {
        _spec = spec;
        _bundle = bundle;
        _stateDirectory = stateDirectory;
        Location = Canonical(rootfs);
    }

    /// <summary>Its path, without symbolic links.</summary>
    public string Location { get; }

    /// <summary>After <see cref="Start"/>: the host's sources of the configuration's bind mounts.</summary>
    public IReadOnlyList<ExternalMount> Sources => _sources;

    /// <summary>After <see cref="Start"/>: where CRIU finds the cgroup hierarchy, if it needs to be told.</summary>
    public string? CgroupYard { get; private set; }

    /// <summary>Prepares it, and starts CRIU in front of it.</summary>
    public CriuSession Start(Func<CriuSession> start)
    {
        CriuSession? session = null;
        ExceptionDispatchInfo? failure = null;
        // Mount namespaces belong to threads; this one ends with its.
        Thread thread = new(() =>
        {
            try
            {
                Prepare();
                session = start();
            }
            catch (Exception e) when (e is LinuxException or CofferdamException or IOException)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }) { Name = "restore root" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return session!;
    }

    /// <summary>Removes what it needed in the state directory. The mounts went with their namespace.</summary>
    public void Tidy() => Files.TryRmdir($"{_stateDirectory}/cgroup", out _);

    private void Prepare()
    {
        // Only a container with mounts of its own is given any.
        if (!_spec.Linux.Namespaces.Any(static n => n.Type == NamespaceType.Mount)) return;
        Processes.Unshare(NamespaceFlags.Mount);
        // As slaves the mounts still come and go with the host's, but ours do not travel back.
        Mounts.Mount(null, "/", null, MountFlags.Slave | MountFlags.Recursive);
        Mounts.Mount(Location, Location, null, MountFlags.Bind | MountFlags.Recursive);
        PrepareCgroupYard();
        using OwnedFd root = Files.Open(Location, OpenFlags.Path | OpenFlags.Directory);
        try
        {
            List<string> memory = [];
            foreach (MountEntry entry in ConfiguredMounts.Read(_spec)) PrepareMount(root, entry, memory);
        }
        finally
        {
            // CRIU mounts them itself. They were needed for mount points that lie in them.
            for (int i = _bound.Count - 1; i >= 0; i--)
            {
                using (_bound[i]) Mounts.TryUnmount(_bound[i].ProcPath, UnmountFlags.Detach, out _);
            }
        }
    }

    private void PrepareCgroupYard()
    {
        string place = $"{_stateDirectory}/cgroup";
        Files.Mkdir(null, place, Mode);
        if (Checkpoint.CgroupYard.Mount(place)) CgroupYard = place;
    }

    private void PrepareMount(OwnedFd root, MountEntry entry, List<string> memory)
    {
        // The content of a tmpfs comes with the checkpoint, and so do mount points in it.
        bool inMemory = memory.Exists(path => MountTable.IsAtOrBelow(entry.Destination, path));
        if (entry.Mount.Type == "tmpfs" && !entry.IsBind) memory.Add(entry.Destination);
        if (entry.Mount.Type is "cgroup" or "cgroup2" && !entry.IsBind) return;
        if (!entry.IsBind)
        {
            if (!inMemory) MountPoints.Ensure(root, entry.Destination, isDirectory: true).Dispose();
            return;
        }

        // CRIU would clone a symbolic link as such.
        string source = Canonical(Path.GetFullPath(entry.Mount.Source ?? "", _bundle));
        string target = entry.Destination;
        if (!inMemory)
        {
            using OwnedFd point = MountPoints.Ensure(root, target, Files.Stat(source).Type == FileType.Directory);
            target = MountPoints.PathInside(Location, point);
            using OwnedFd tree = Mounts.Clone(null, source, entry.IsRecursiveBind);
            Mounts.Attach(tree, point, target);
            // Opened anew: the old descriptor is of what is now covered.
            _bound.Add(Files.OpenAt2(root, target, OpenFlags.Path, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks));
        }

        AddSource(target, source, entry.IsRecursiveBind);
    }

    private void AddSource(string target, string source, bool recursive)
    {
        _sources.Add(new ExternalMount(target, source));
        if (!recursive) return;
        foreach (MountInfo mount in MountTable.ReadSelf())
        {
            if (mount.MountPoint.Length > source.Length && MountTable.IsAtOrBelow(mount.MountPoint, source))
                _sources.Add(new ExternalMount(CombinePath(target, mount.MountPoint[source.Length..]), mount.MountPoint));
        }
    }

    private static string Canonical(string path)
    {
        using OwnedFd file = Files.Open(path, OpenFlags.Path);
        return Files.ReadLink(file.ProcPath);
    }

    private static string CombinePath(string target, string below) => target.TrimEnd('/') + "/" + below.TrimStart('/');
}
