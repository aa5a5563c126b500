using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What is different where systemd makes the cgroups (<c>SystemdCgroup</c> of the options); all other tests run there too.</summary>
public sealed class SystemdTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void A_container_is_a_scope_that_is_gone_with_it()
    {
        Assert.SkipUnless(Surroundings.IsSystemd, "systemd does not run here");
        ShimContainer container = Sleeping();
        string unit = Surroundings.CgroupName(container.Id);
        Assert.Contains($"0::/system.slice/{unit}", File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
        Assert.Equal("active", Host("systemctl", "show", "--property", "ActiveState", "--value", unit).Ok().Output);
        container.Destroy();
        Eventually.True(() => Host("systemctl", "show", "--property", "LoadState", "--value", unit).Ok().Output == "not-found", "the unit is gone");
    }

    [Fact]
    public void Limits_are_properties_of_the_unit()
    {
        Assert.SkipUnless(Surroundings.IsSystemd, "systemd does not run here");
        ShimContainer container = Sleeping("--memory-limit", "50331648");
        Assert.Equal("50331648", Host("systemctl", "show", "--property", "MemoryMax", "--value", Surroundings.CgroupName(container.Id)).Ok().Output);
        Host("systemctl", "daemon-reload").Ok();
        Assert.Equal("50331648", container.MemoryLimit);
    }

    /// <summary>As dockerd does, which has no options for a shim that is not runc's.</summary>
    [Fact]
    public void A_client_without_options_gets_a_unit_by_its_path()
    {
        Assert.SkipUnless(Surroundings.IsSystemd, "systemd does not run here");
        using var made = new HandMadeShim(this, "a");
        made.Config.SetText("linux.cgroupsPath", $"system.slice:coffer:{made.Id}");
        using TaskConnection shim = made.Started();
        int pid = (int)shim.Call("Create", made.CreateRequest()).Ok().Number(1);
        Assert.Contains($"0::/system.slice/coffer-{made.Id}.scope", File.ReadAllText($"/proc/{pid}/cgroup"), StringComparison.Ordinal);
    }
}
