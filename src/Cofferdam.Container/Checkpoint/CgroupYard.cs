using Cofferdam.Cgroups;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// The cgroup v2 hierarchy laid out for CRIU (its "cgroup yard"), on hosts that have no other. Left to itself CRIU mounts it, and
/// a new mount in the host's cgroup namespace changes the options of the whole hierarchy: nsdelegate, which keeps delegated
/// cgroups in their bounds, and memory_recursiveprot would be gone until somebody sets them again.
/// </summary>
internal sealed class CgroupYard : IDisposable
{
    /// <summary>CRIU's name of the hierarchy.</summary>
    private const string Unified = "unified";

    private const int Mode = 0x1C0;   // 0700
    private const MountAttributes Closed = MountAttributes.NoSuid | MountAttributes.NoDev | MountAttributes.NoExec;

    private readonly OwnedFd _directory;

    private CgroupYard(OwnedFd directory) => _directory = directory;

    /// <summary>As another process finds it, for as long as this is not disposed.</summary>
    public string Location => $"/proc/{Environment.ProcessId}/fd/{_directory.Fd}";

    /// <summary>
    /// One that is nowhere to be seen: for a dump, in which CRIU looks at cgroups from where it was started.
    /// </summary>
    /// <returns>Null where CRIU does not need one.</returns>
    public static CgroupYard? ForDump()
    {
        if (FindHierarchy() is not { } hierarchy) return null;
        OwnedFd directory = Mounts.Create("tmpfs", Closed);
        try
        {
            Files.Symlink(hierarchy, directory, Unified);
            return new CgroupYard(directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Mounts one on the directory <paramref name="place"/>, in a mount namespace that is given up afterwards: restored processes
    /// move themselves into their cgroups when they are in the container already, where a link leads elsewhere.
    /// </summary>
    /// <returns>Whether CRIU needs it.</returns>
    public static bool Mount(string place)
    {
        if (FindHierarchy() is not { } hierarchy) return false;
        using OwnedFd directory = Mounts.Create("tmpfs", Closed);
        Files.Mkdir(directory, Unified, Mode);
        using (OwnedFd target = Files.Open(place, OpenFlags.Path | OpenFlags.Directory)) Mounts.Attach(directory, target, place);
        Mounts.Mount(hierarchy, $"{place}/{Unified}", null, MountFlags.Bind);
        return true;
    }

    public void Dispose() => _directory.Dispose();

    // Where CRIU's paths begin at the mount's top. A part of the hierarchy is seen in a container, whose mounts change nothing.
    private static string? FindHierarchy()
    {
        CgroupHost host = CgroupHost.Detect();
        if (host.Mode != CgroupMode.Unified) return null;
        string point = host.Hierarchies[^1].MountPoint;
        return MountTable.Containing(MountTable.ReadSelf(), point)?.Root == "/" ? point : null;
    }
}
