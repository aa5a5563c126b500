using Cofferdam.Cgroups;
using Cofferdam.Cgroups.V2;
using Cofferdam.Linux;

namespace Cofferdam.Systemd.Tests;

/// <summary>systemd removes a scope when its last process ends, which may be at any moment of our own work on it.</summary>
public sealed class VanishedCgroupTests
{
    [Fact]
    public void A_directory_that_was_removed_since_it_was_opened_has_no_children()
    {
        string path = Directory.CreateTempSubdirectory("coffer-gone-").FullName;
        using OwnedFd opened = Files.Open(path, OpenFlags.Directory);
        Directory.Delete(path);
        Assert.Empty(CgroupTree.ChildNames(opened));
    }

    [Fact]
    public void A_cgroup_that_is_gone_is_killed_and_removed()
    {
        CgroupV2 gone = new("/sys/fs/cgroup", "/sys/fs/cgroup/coffer-no-such-cgroup");
        gone.KillAll(9);
        gone.Remove();
        Assert.Empty(gone.ReadProcesses());
    }
}
