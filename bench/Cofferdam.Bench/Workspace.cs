using System.Runtime.InteropServices;

namespace Cofferdam.Bench;

/// <summary>A private mount namespace with a tmpfs for bundles and state; cgroups below one name, removed at the end.</summary>
internal sealed class Workspace : IDisposable
{
    private const string Unified = "/sys/fs/cgroup/unified";

    /// <summary>The host has cgroup v2 alone.</summary>
    public static readonly bool IsV2 = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    private int _bundles;

    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("coffer-bench-").FullName;
        Check(Libc.unshare(Libc.CloneNewNs), "unshare");
        Check(Libc.mount("none", "/", null, Libc.MsRec | Libc.MsPrivate, null), "make mounts private");
        Check(Libc.mount("tmpfs", Folder, "tmpfs", 0, "mode=700"), "mount tmpfs");
        // crun refuses a cgroup mount on a hybrid host; without the empty v2 tree the host is plain v1 for everyone measured here.
        HidUnified = Directory.Exists(Unified) && Libc.umount2(Unified, Libc.MntDetach) == 0;
        if (HidUnified)
        {
            // What a runtime writes there all the same must not stay in the folder below.
            Check(Libc.mount("tmpfs", Unified, "tmpfs", 0, null), "mount tmpfs");
        }

        Rootfs = Bundle.CreateRootfs(Path.Combine(Folder, "rootfs"));
    }

    /// <summary>The name of the cgroup in each hierarchy below which everything is made.</summary>
    public string Name { get; } = $"coffer-bench-{Environment.ProcessId}";

    public string Folder { get; }

    public string Rootfs { get; }

    public bool HidUnified { get; }

    public Bundle CreateBundle(string program, string container) =>
        new(Path.Combine(Folder, $"bundle{_bundles++}"), Rootfs, program, $"/{Name}/{container}");

    /// <summary>The state folder of one runtime.</summary>
    public string StateOf(Peer peer) => Path.Combine(Folder, "state-" + peer.Name);

    /// <summary>The kernel's file with the peak of the container's memory.</summary>
    public string MemoryPeakFile(string container) => IsV2
        ? $"/sys/fs/cgroup/{Name}/{container}/memory.peak"
        : $"/sys/fs/cgroup/memory/{Name}/{container}/memory.max_usage_in_bytes";

    /// <summary>Hides a folder of the host, and what programs will leave in it, below a tmpfs of this namespace.</summary>
    public static void Cover(string folder) => Check(Libc.mount("tmpfs", folder, "tmpfs", 0, "mode=755"), "mount tmpfs");

    /// <summary>Makes the host's mount table longer, in this namespace only.</summary>
    public void AddMounts(int count)
    {
        string source = Directory.CreateDirectory(Path.Combine(Folder, "mounted")).FullName;
        for (int i = 0; i < count; i++)
        {
            string target = Directory.CreateDirectory(Path.Combine(Folder, "mounts", i.ToString())).FullName;
            Check(Libc.mount(source, target, null, Libc.MsBind, null), "bind mount");
        }
    }

    public void RemoveMounts()
    {
        foreach (string target in Directory.GetDirectories(Path.Combine(Folder, "mounts")))
        {
            Check(Libc.umount2(target, Libc.MntDetach), "unmount");
        }
    }

    public void Dispose()
    {
        Libc.umount2(Folder, Libc.MntDetach);
        Directory.Delete(Folder);
        IEnumerable<string> hierarchies = IsV2 ? ["/sys/fs/cgroup"] : Directory.GetDirectories("/sys/fs/cgroup").Where(h => !HidUnified || h != Unified);
        foreach (string hierarchy in hierarchies)
        {
            RemoveCgroups(Path.Combine(hierarchy, Name));
        }
    }

    private static void RemoveCgroups(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string child in Directory.GetDirectories(folder))
        {
            RemoveCgroups(child);
        }

        Directory.Delete(folder);
    }

    private static void Check(int result, string operation)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{operation}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
