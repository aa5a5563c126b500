namespace Cofferdam.Bench.Shims;

/// <summary>All that belongs to one shim during a run: its copy of the program, its containerd, its cgroups, so that nothing needs to be told apart later.</summary>
internal sealed class Lane
{
    private readonly ProgramFinder _programs;
    private readonly Workspace _workspace;
    private readonly string _disk;
    private int _ids;

    /// <param name="peer">The shim.</param>
    /// <param name="programs">Where containerd is.</param>
    /// <param name="workspace">Its tmpfs is for all that need not be on a disk.</param>
    /// <param name="disk">A folder on a disk. Programs are there: copies, so that no other shim on this host shares their pages.</param>
    public Lane(ShimPeer peer, ProgramFinder programs, Workspace workspace, string disk)
    {
        Peer = peer;
        _programs = programs;
        _workspace = workspace;
        _disk = Directory.CreateDirectory(Path.Combine(disk, peer.Name)).FullName;
        ShimFolder = Directory.CreateDirectory(Path.Combine(_disk, "bin")).FullName;
        Shim = Path.Combine(ShimFolder, peer.FileName);
        File.Copy(peer.Program, Shim);
        string group = $"/{workspace.Name}/{peer.Name}";
        Group = new CpuGroup(group);
        Daemon = new CpuGroup(group + "/daemon");
        Direct = new CpuGroup(group + "/direct");
        DirectShims = new CpuGroup(group + "/direct/shims");
        Containerd = StartContainerd("tmpfs", Path.Combine(workspace.Folder, peer.Name, "root"), Daemon);
    }

    public ShimPeer Peer { get; }

    public string Shim { get; }

    public string ShimFolder { get; }

    public PrivateContainerd Containerd { get; }

    /// <summary>Everything: containerd, shims, runtimes, containers; ctr is not in it.</summary>
    public CpuGroup Group { get; }

    /// <summary>containerd and the shims that it started.</summary>
    public CpuGroup Daemon { get; }

    /// <summary>Shims that were started by hand, with their containers.</summary>
    public CpuGroup Direct { get; }

    /// <summary>Those shims alone.</summary>
    public CpuGroup DirectShims { get; }

    public ProgramFinder Programs => _programs;

    public string Folder => Path.Combine(_workspace.Folder, Peer.Name);

    public string Rootfs => _workspace.Rootfs;

    /// <summary>The shims that containerd has started and that still run.</summary>
    public IReadOnlyList<int> Shims => [.. Daemon.Processes.Where(p => p != Containerd.Pid)];

    /// <summary>An id that was not used before, by no other lane either: the runtimes keep their state in one place, and what containerd still tidies up
    /// of an old container must not meet a new one.</summary>
    public string NextId() => $"{Peer.Name}-{Interlocked.Increment(ref _ids)}";

    /// <summary>A second containerd for the same shim, whose content and database are on a disk.</summary>
    public PrivateContainerd StartOnDisk() => StartContainerd("disk", Path.Combine(_disk, "root"), new CpuGroup(Group.Path + "/disk"));

    /// <summary><c>ctr run</c> with the options that choose this shim.</summary>
    public Command Run(PrivateContainerd containerd, string id, IReadOnlyList<string> options, params IReadOnlyList<string> program) =>
        containerd.Ctr(["run", .. options, "--runtime", Peer.Runtime, .. Peer.Binary == null ? (string[])[] : ["--runc-binary", Peer.Binary],
            "--cgroup", $"{Group.Path}/containers/{id}", BusyboxImage.Reference, id, .. program]);

    /// <summary><c>ctr run -d</c> of a program that sleeps; the id of the container.</summary>
    public string RunDetached(params IReadOnlyList<string> options)
    {
        string id = NextId();
        Run(Containerd, id, ["-d", .. options], "/bin/sleep", "100000").Run();
        return id;
    }

    public void Remove(params IReadOnlyList<string> ids)
    {
        // 137 of the killed task is what ctr returns.
        Containerd.Ctr(["tasks", "delete", "--force", .. ids]).TryRun(out _);
        Containerd.Ctr(["containers", "delete", .. ids]).Run();
    }

    /// <summary>Until containerd has tidied up behind what was removed.</summary>
    public void WaitUntilNoShimRuns()
    {
        long end = Environment.TickCount64 + 10_000;
        while (Shims is { Count: > 0 } shims)
        {
            if (Environment.TickCount64 > end)
            {
                throw new PeerFailedException($"shims {string.Join(' ', shims)} do not end");
            }

            Descendants.Reap();
            Thread.Sleep(5);
        }
    }

    private PrivateContainerd StartContainerd(string name, string root, CpuGroup group)
    {
        var containerd = new PrivateContainerd(_programs, Path.Combine(_workspace.Folder, Peer.Name, name), root, ShimFolder, group);
        containerd.Ctr("images", "import", Path.Combine(_workspace.Folder, "image.tar")).Run();
        return containerd;
    }
}
