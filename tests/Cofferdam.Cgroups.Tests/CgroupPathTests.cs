namespace Cofferdam.Cgroups.Tests;

public sealed class CgroupPathTests
{
    [Theory]
    [InlineData("/docker/c1", "/docker/c1")]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/../../etc", "/etc")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("../../x", "x")]
    [InlineData("a/../..", "")]
    [InlineData("/", "/")]
    [InlineData("system.slice:docker:1", "system.slice:docker:1")]
    public void A_path_never_leads_above_its_start(string path, string clean) => Assert.Equal(clean, CgroupPath.Clean(path));

    [Theory]
    [InlineData("/sys/fs/cgroup/pids", "/", "/", "/sys/fs/cgroup/pids")]
    [InlineData("/sys/fs/cgroup/pids", "/", "/a/b", "/sys/fs/cgroup/pids/a/b")]
    [InlineData("/sys/fs/cgroup/pids", "/docker/1", "/docker/1", "/sys/fs/cgroup/pids")]
    [InlineData("/sys/fs/cgroup/pids", "/docker/1", "/docker/1/x", "/sys/fs/cgroup/pids/x")]
    [InlineData("/sys/fs/cgroup/pids", "/docker/1", "/docker/11", null)]
    [InlineData("/sys/fs/cgroup/pids", "/docker/1", "/", null)]
    public void A_cgroup_is_found_where_the_mount_shows_it(string mountPoint, string root, string path, string? directory) =>
        Assert.Equal(directory, CgroupPath.Below(mountPoint, root, path));

    [Fact]
    public void Membership_is_read_with_colons_in_names()
    {
        IReadOnlyList<ProcCgroup> lines = ProcCgroup.Parse("12:cpu,cpuacct:/a\n3:name=systemd:/user.slice/a:b:c\n0::/x\nrubbish\n");
        Assert.Equal(3, lines.Count);
        Assert.Equal(["cpu", "cpuacct"], lines[0].Controllers);
        Assert.Equal("/user.slice/a:b:c", lines[1].Path);
        Assert.Equal(["name=systemd"], lines[1].Controllers);
        Assert.True(lines[2].IsUnified);
        Assert.Equal("/x", lines[2].Path);
    }

    [Fact]
    public void A_hierarchy_is_found_in_mountinfo_wherever_it_is_mounted()
    {
        const string mountInfo = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 /docker/1 /mnt/cg\040roup/cpuacct,cpu rw,relatime shared:1 master:2 - cgroup cgroup rw,cpuacct,cpu
            33 31 0:30 / /cg/cpuset rw - cgroup none rw,cpuset
            34 31 0:31 / /cg/systemd rw - cgroup systemd rw,xattr,name=systemd
            41 31 0:38 /pod /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;
        Assert.Equal(new CgroupMount("/mnt/cg roup/cpuacct,cpu", "/docker/1"), CgroupMounts.Find(mountInfo, ["cpu", "cpuacct"]));
        Assert.Equal(new CgroupMount("/cg/cpuset", "/"), CgroupMounts.Find(mountInfo, ["cpuset"]));
        Assert.Equal(new CgroupMount("/cg/systemd", "/"), CgroupMounts.Find(mountInfo, ["name=systemd"]));
        Assert.Equal(new CgroupMount("/sys/fs/cgroup/unified", "/pod"), CgroupMounts.Find(mountInfo, [""]));
        Assert.Null(CgroupMounts.Find(mountInfo, ["hugetlb"]));
    }

    [Theory]
    [InlineData("/", "/a", "/m/a")]
    [InlineData("/pod", "/pod/a", "/m/a")]
    [InlineData("/pod", "/pod", "/m")]
    [InlineData("/pod", "/podium", null)]
    [InlineData("/", "/../x", null)]
    [InlineData("/", "/..", null)]
    [InlineData("/", "/..x", "/m/..x")]
    public void A_mount_shows_what_is_below_its_root(string root, string path, string? directory) =>
        Assert.Equal(directory, CgroupPath.Below("/m", root, path));

    [Theory]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("/a/..")]
    [InlineData("a\0b")]
    public void A_path_that_names_no_cgroup_is_refused(string path)
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => CgroupFactory.ForSpec(path, "c1"));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
        Assert.StartsWith("linux.cgroupsPath: ", refusal.Message);
    }

    [Fact]
    public void Exec_may_name_a_cgroup_for_all_or_for_some_controllers()
    {
        Dictionary<string, string> own = new() { ["cpu"] = "/cg/cpu/c", ["memory"] = "/cg/memory/c", [""] = "/cg/unified/c" };
        Assert.Same(own, SubCgroups.Resolve(own, []));
        Assert.Equal(["/cg/cpu/c/a/b", "/cg/memory/c/a/b", "/cg/unified/c/a/b"], SubCgroups.Resolve(own, ["/a/b"]).Values);
        Assert.Equal(["/cg/cpu/c/a", "/cg/memory/c/b", "/cg/unified/c"], SubCgroups.Resolve(own, ["cpu:a", "memory:b"]).Values);
        Assert.Equal(["/cg/cpu/c/a", "/cg/memory/c/a", "/cg/unified/c"], SubCgroups.Resolve(own, ["cpu,memory:a"]).Values);
    }

    [Theory]
    [InlineData("a/../../b")]
    [InlineData("cpu:../x")]
    [InlineData("pids:x")]
    public void Exec_may_not_leave_the_container_nor_name_what_it_lacks(string wish)
    {
        Dictionary<string, string> own = new() { ["cpu"] = "/cg/cpu/c" };
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => SubCgroups.Resolve(own, [wish]));
        Assert.StartsWith($"exec cgroup '{wish}': ", refusal.Message);
    }

    [Fact]
    public void Exec_with_one_path_for_all_takes_no_second() =>
        Assert.Throws<CofferdamException>(() => SubCgroups.Resolve(new() { ["cpu"] = "/c" }, ["a", "cpu:b"]));
}
