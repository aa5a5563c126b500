namespace Cofferdam.Clients.Tests;

public sealed class PodmanTests(PodmanHost podman) : EngineTests(podman), IClassFixture<PodmanHost>
{
    [Fact]
    public void A_user_namespace_maps_ids() =>
        Assert.Equal("0\n0 100000 65536", podman.Run("run", "--rm", "--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536", "--network", "none", podman.Image,
            "/bin/sh", "-c", "id -u; echo $(cat /proc/self/uid_map)").Succeeded());

    [Fact]
    public void A_private_cgroup_namespace_shows_its_own_root() =>
        Assert.EndsWith(":/", podman.Run("run", "--rm", "--cgroupns", "private", podman.Image, "/bin/head", "-n", "1", "/proc/self/cgroup").Succeeded(), StringComparison.Ordinal);
}
