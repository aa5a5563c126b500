namespace Cofferdam.Clients.Tests;

/// <summary>The cgroup, in every hierarchy of this machine, below which a suite's containers run.</summary>
internal sealed class HostCgroups(string name)
{
    private IEnumerable<string> Folders => Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")
        .Select(h => Path.Combine(h, name)).Where(Directory.Exists);

    /// <summary>Cgroups of containers that are gone or should be ("conmon" is podman's own).</summary>
    public IReadOnlyList<string> Left => [.. Folders.SelectMany(Directory.GetDirectories).Where(f => Path.GetFileName(f) != "conmon")];

    public static string? Read(string controller, string cgroup, string file)
    {
        string path = $"/sys/fs/cgroup/{controller}/{cgroup.TrimStart('/')}/{file}";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>
    /// Skips where a v1 hierarchy is in use but mounted nowhere, as the kernel keeps it when cgroups were left in it:
    /// containerd's shim then gives up on all statistics and OOM events, whatever the runtime.
    /// </summary>
    public static void SkipIfShimsAreBlind()
    {
        string mounted = string.Join('\n', File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(" - cgroup ", StringComparison.Ordinal)));
        foreach (string controller in File.ReadLines("/proc/self/cgroup").SelectMany(l => l.Split(':')[1].Split(',')))
        {
            Assert.SkipUnless(mounted.Contains(controller, StringComparison.Ordinal), $"the cgroup hierarchy of '{controller}' is in use but mounted nowhere");
        }
    }

    public void Remove()
    {
        foreach (string folder in Folders.ToList())
        {
            RemoveTree(folder);
        }
    }

    private static void RemoveTree(string folder)
    {
        foreach (string child in Directory.GetDirectories(folder))
        {
            RemoveTree(child);
        }

        // Not recursive: the files in a cgroup cannot be removed, and rmdir needs them not to be.
        Directory.Delete(folder);
    }
}
