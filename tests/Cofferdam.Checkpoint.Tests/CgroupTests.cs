using System.Globalization;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>Cgroups with their limits and device rules, cgroup namespaces and mounts.</summary>
public sealed class CgroupTests : CheckpointTest
{
    private const string Fuse = """{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438}""";

    [Fact]
    public void Processes_come_back_into_a_cgroup_with_the_configurations_limits()
    {
        Container container = Counter();
        container.Config.Set("linux.resources.pids.limit", "50");
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        Patiently("update", "--pids-limit", "60", container.Id).Ok();
        Ok(Checkpoint(container));
        container.Config.Set("linux.resources.pids.limit", "40");
        container.WriteConfig();
        Ok(Restore(container));
        Assert.Equal("40", container.CgroupFile("pids", "pids.max"));
        Assert.Contains(container.Pid().ToString(CultureInfo.InvariantCulture), container.CgroupFile("pids", "cgroup.procs").Split('\n'));
    }

    [Theory]
    [InlineData("full", Traits = ["Guest", "CI"])]
    [InlineData("strict")]
    public void Some_modes_bring_back_limits_that_were_updated(string mode)
    {
        Container container = Counter();
        container.Config.Set("linux.resources.pids.limit", "50");
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        Patiently("update", "--pids-limit", "60", container.Id).Ok();
        string[] options = ["--manage-cgroups-mode", mode];
        RoundTrip(container, options, options);
        Assert.Equal("60", container.CgroupFile("pids", "pids.max"));
    }

    [Theory]
    [InlineData("soft")]
    [InlineData("ignore")]
    [InlineData("strict")]
    public void Every_mode_puts_the_processes_into_the_containers_cgroup(string mode)
    {
        Container container = RunningCounter();
        string before = container.Cgroup("pids");
        string[] options = ["--manage-cgroups-mode", mode];
        RoundTrip(container, options, options);
        WaitForCountAbove(container, Count(container));
        Assert.Equal(before, container.Cgroup("pids"));
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_nested_cgroup_comes_back()
    {
        Container container = NewContainer("sh", "-c", "exec >/dev/null 2>&1 </dev/null; sleep 1000 & wait");
        container.CreatedAndStarted();
        Await(() => Processes.Tree(container.Pid()).Any(p => Processes.CommandLine(p) == "sleep 1000"), "the child runs");
        int child = Processes.Tree(container.Pid()).Single(p => Processes.CommandLine(p) == "sleep 1000");
        string nested = Directory.CreateDirectory(Path.Combine(container.Cgroup("pids"), "nested")).FullName;
        File.WriteAllText(Path.Combine(nested, "cgroup.procs"), child.ToString(CultureInfo.InvariantCulture));
        RoundTrip(container);
        string member = Assert.Single(File.ReadAllLines(Path.Combine(nested, "cgroup.procs")));
        Assert.Equal("sleep 1000", Processes.CommandLine(int.Parse(member, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("soft", Traits = ["Guest", "CI"])]
    [InlineData("full")]
    [InlineData("strict")]
    [InlineData("ignore")]
    public void The_device_rules_hold_in_every_mode(string mode)
    {
        Container container = Counter();
        container.Config.Append("linux.devices", Fuse);
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        string[] options = ["--manage-cgroups-mode", mode];
        RoundTrip(container, options, options);
        Assert.Contains("not permitted", container.ExecSh("(exec 3</dev/fuse) 2>&1 || true"), StringComparison.Ordinal);
        container.ExecSh("exec 3</dev/zero");
    }

    [Theory]
    [InlineData("ro")]
    [InlineData("rw", Traits = ["Guest", "CI"])]
    public void A_cgroup_namespace_comes_back_with_its_mount(string access)
    {
        Container container = WithCgroupMount(access, ownNamespace: true);
        string before = Cgroups(container);
        RoundTrip(container);
        Assert.Equal(before, Cgroups(container));
        Assert.Equal("77", container.ExecSh(Surroundings.IsUnified ? "cat /sys/fs/cgroup/pids.max" : "cat /sys/fs/cgroup/pids/pids.max"));
    }

    [Fact]
    public void A_cgroup_mount_in_the_hosts_namespace_comes_back()
    {
        Container container = WithCgroupMount("ro", ownNamespace: false);
        string before = Cgroups(container);
        RoundTrip(container);
        Assert.Equal(before, Cgroups(container));
    }

    [Fact]
    public void A_cgroup_namespace_is_not_lost_in_mode_ignore()
    {
        Container container = WithCgroupMount("ro", ownNamespace: true);
        string[] ignore = ["--manage-cgroups-mode", "ignore"];
        Checkpoint(container, ignore).Fails(1, "ignore", "cgroup namespace");
        Assert.Equal("running", container.Status());
        Ok(Checkpoint(container));
        Restore(container, ignore).Fails(1, "ignore", "cgroup namespace");
        Assert.Empty(Scratch.LeaksNow());
    }

    /// <summary>As an init system in the container makes them: it moves itself aside, and gives controllers down.</summary>
    [Theory]
    [InlineData("soft", Traits = ["Guest", "CI"])]
    [InlineData("full")]
    [InlineData("strict")]
    public void Cgroups_below_come_back_with_controllers_and_limits(string mode)
    {
        Assert.SkipUnless(Surroundings.IsUnified, "controllers are given down on cgroup v2");
        Container container = NewContainer("sh", "-c", "exec >/dev/null 2>&1 </dev/null; sleep 1000 & wait");
        container.Config.Namespace("cgroup").Mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw");
        container.CreatedAndStarted();
        Await(() => Processes.Tree(container.Pid()).Count() == 2, "the child runs");
        string top = container.Cgroup("");
        foreach ((string name, int pid) in new[] { ("init", container.Pid()), ("work/inner", Processes.Tree(container.Pid()).Last()) })
        {
            Directory.CreateDirectory(Path.Combine(top, name));
            File.WriteAllText(Path.Combine(top, name, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
        }
        foreach (string path in new[] { "", "work" })
            File.WriteAllText(Path.Combine(top, path, "cgroup.subtree_control"), "+pids +memory");
        File.WriteAllText(Path.Combine(top, "work/pids.max"), "44");
        File.WriteAllText(Path.Combine(top, "work/inner/memory.high"), "33554432");
        string before = container.ExecSh("cat /proc/1/cgroup /proc/2/cgroup; ls /sys/fs/cgroup");
        string[] options = ["--manage-cgroups-mode", mode];
        RoundTrip(container, options, options);
        Assert.Equal(before, container.ExecSh("cat /proc/1/cgroup /proc/2/cgroup; ls /sys/fs/cgroup"));
        Assert.Equal("memory pids", File.ReadAllText(Path.Combine(top, "work/cgroup.subtree_control")).Trim());
        Assert.Equal("44", File.ReadAllText(Path.Combine(top, "work/pids.max")).Trim());
        Assert.Equal("33554432", File.ReadAllText(Path.Combine(top, "work/inner/memory.high")).Trim());
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void The_options_of_the_hosts_hierarchy_stay()
    {
        Assert.SkipUnless(Surroundings.IsUnified, "they are cgroup v2's");
        string before = Options();
        RoundTrip(RunningCounter());
        Assert.Equal(before, Options());

        static string Options() => MountInfo.At(File.ReadAllText("/proc/self/mountinfo"), "/sys/fs/cgroup").SuperOptions;
    }

    private Container WithCgroupMount(string access, bool ownNamespace)
    {
        Container container = Counter();
        if (ownNamespace) container.Config.Namespace("cgroup");
        container.Config.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", access).Set("linux.resources.pids.limit", "77");
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        return container;
    }

    /// <summary>Memberships and mounts as seen inside.</summary>
    private static string Cgroups(Container container) =>
        container.ExecSh("cat /proc/1/cgroup; ls /sys/fs/cgroup") + "\n" + string.Join('\n', MountInfo.Parse(container.ExecSh("cat /proc/self/mountinfo"))
            .Where(m => m.MountPoint.StartsWith("/sys/fs/cgroup", StringComparison.Ordinal)).Select(m => $"{m.MountPoint} {m.Root} {m.Type} {m.Has("ro")}").Order());
}
