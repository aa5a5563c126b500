using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Cgroups that a real systemd makes, on cgroup v2.</summary>
public sealed class SystemdTests : BlackBoxTest
{
    public SystemdTests()
    {
        Surroundings.NeedRoot("the test asks the system's systemd");
        Assert.SkipUnless(Directory.Exists("/run/systemd/system"), "systemd does not run here");
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/cgroup.controllers"), "needs cgroup v2 alone");
        if (!Surroundings.IsSystemd) Scratch.GlobalOptions = ["--systemd-cgroup"];
    }

    [Fact]
    public void Limits_reach_systemd_and_the_files()
    {
        Container container = Scoped();
        container.Config.Set("linux.resources.memory", """{"limit":67108864,"reservation":33554432,"swap":134217728}""")
            .Set("linux.resources.cpu", """{"shares":2048,"quota":12345,"period":50000,"cpus":"0"}""")
            .Set("linux.resources.pids", """{"limit":50}""");
        container.Running();
        Assert.Equal(
            "CPUWeight=174 CPUQuotaPerSecUSec=250ms CPUQuotaPeriodUSec=50ms AllowedCPUs=0 MemoryLow=33554432 MemoryMax=67108864 MemorySwapMax=67108864 TasksMax=50",
            Show(container, "CPUWeight", "CPUQuotaPerSecUSec", "CPUQuotaPeriodUSec", "AllowedCPUs", "MemoryLow", "MemoryMax", "MemorySwapMax", "TasksMax"));
        // The files are exact where systemd rounds.
        Assert.Equal("174 12345 50000 0 67108864 67108864 50", Read(container, "cpu.weight", "cpu.max", "cpuset.cpus", "memory.max", "memory.swap.max", "pids.max"));
    }

    [Fact]
    public void Changed_limits_stay_when_systemd_reads_its_files_again()
    {
        Container container = Scoped().Running();
        Scratch.Oci("update", "--memory", "67108864", "--memory-swap", "67108864", "--pids-limit", "33", "--cpu-share", "512", container.Id).Ok();
        const string expected = "67108864 0 33 59";
        Assert.Equal(expected, Read(container, "memory.max", "memory.swap.max", "pids.max", "cpu.weight"));
        Scratch.Host("systemctl", "daemon-reload").Ok();
        Assert.Equal(expected, Read(container, "memory.max", "memory.swap.max", "pids.max", "cpu.weight"));
        Assert.Equal("MemoryMax=67108864 TasksMax=33", Show(container, "MemoryMax", "TasksMax"));
    }

    [Fact]
    public void What_systemd_does_not_know_is_in_the_files()
    {
        Container container = Scoped();
        container.Config.Set("linux.resources.unified", """{"memory.swap.high":"8192000","memory.high":"60000000","pids.max":"44"}""");
        container.Running();
        Assert.Equal("8192000 59998208 44", Read(container, "memory.swap.high", "memory.high", "pids.max"));
        Assert.Equal("MemoryHigh=60000000 TasksMax=44", Show(container, "MemoryHigh", "TasksMax"));
        Scratch.Host("systemctl", "daemon-reload").Ok();
        Assert.Equal("8192000 59998208", Read(container, "memory.swap.high", "memory.high"));
    }

    [Fact]
    public void Device_rules_outlast_a_daemon_reload()
    {
        Container container = Scoped();
        container.Config.Set("linux.resources.devices", """[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":11,"access":"r"}]""")
            .Capabilities("CAP_MKNOD", "CAP_SYSLOG", "CAP_SYS_ADMIN");
        container.Running();
        const string script = "mknod /tmp/kmsg c 1 11; mknod /tmp/mem c 1 1; rm -f /tmp/port; mknod /tmp/port c 1 4; "
            + "for d in kmsg mem port; do (exec 3</tmp/$d) 2>/dev/null && echo $d; done; (exec 3>/tmp/kmsg) 2>/dev/null && echo writes; (exec 3<>/dev/null) && echo null; rm /tmp/kmsg /tmp/mem";
        Assert.Equal("kmsg\nnull", container.ExecSh(script));
        Scratch.Host("systemctl", "daemon-reload").Ok();
        Scratch.Host("systemctl", "set-property", "--runtime", Unit(container), "TasksMax=77").Ok();
        Assert.Equal("kmsg\nnull", container.ExecSh(script));
    }

    [Fact]
    public void Exec_enters_the_scope_and_delete_takes_it_away()
    {
        Container container = Scoped().Running();
        Assert.StartsWith($"/sys/fs/cgroup/system.slice/{Unit(container)}", CgroupOf(container), StringComparison.Ordinal);
        container.ExecWith(["--detach"], "sleep", "1000").Ok();
        Assert.Equal(3, File.ReadAllLines(Path.Combine(CgroupOf(container), "cgroup.procs")).Length);
        container.Delete("--force").Ok();
        Assert.Equal("LoadState=not-found", Scratch.Host("systemctl", "show", "-p", "LoadState", Unit(container)).Ok().Output);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_slice_with_dashes_is_nested()
    {
        string tag = Scratch.Tag;
        Container container = NewContainer();
        container.Config.SetText("linux.cgroupsPath", $"{tag}-a.slice:p:{container.Id}");
        container.Running();
        Assert.Equal($"/sys/fs/cgroup/{tag}.slice/{tag}-a.slice/p-{container.Id}.scope", CgroupOf(container));
        Scratch.OnClose(() => Scratch.Host("systemctl", "stop", $"{tag}.slice", $"{tag}-a.slice"));
    }

    [Fact]
    public void Annotations_are_properties()
    {
        Container container = Scoped();
        container.Config.Set("annotations", """{"org.systemd.property.TimeoutStopSec":"7","org.systemd.property.Documentation":"['man:coffer(1)']"}""");
        container.Running();
        Assert.Equal("TimeoutStopUSec=7s Documentation=man:coffer(1)", Show(container, "TimeoutStopUSec", "Documentation").Replace("\"", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("org.systemd.property.TimeoutStopSec", "soon")]
    [InlineData("org.systemd.property.A-b", "true")]
    [InlineData("org.systemd.property.NoSuchProperty", "true")]
    public void A_wrong_annotation_fails_and_leaves_nothing(string name, string value)
    {
        Container container = Scoped("true");
        container.Config.Set("annotations", $$"""{"{{name}}":"{{value}}"}""");
        CommandResult result = container.Run();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(name[(name.LastIndexOf('.') + 1)..], result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_path_that_is_none_of_systemds_is_refused()
    {
        Container container = NewContainer("true");
        container.Config.SetText("linux.cgroupsPath", $"/coffer-test-{container.Id}");
        CommandResult result = container.Run();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("slice:prefix:name", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_unit_of_another_is_left_alone()
    {
        Container first = Scoped().Running(), second = NewContainer("true");
        second.Config.SetText("linux.cgroupsPath", PathOf(first));
        Assert.NotEqual(0, second.Run().ExitCode);
        Assert.Equal("running", first.Status());
        Assert.Equal("ActiveState=active", Show(first, "ActiveState"));
    }

    [Fact]
    public void A_unit_that_was_stopped_by_hand_is_no_obstacle()
    {
        Container container = Scoped().Running();
        Scratch.Host("systemctl", "kill", "--signal=KILL", Unit(container)).Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    private static string PathOf(Container container) => $"system.slice:p:{container.Id}";

    private static string Unit(Container container) => $"p-{container.Id}.scope";

    private static string CgroupOf(Container container)
    {
        string[] lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{container.Pid()}/cgroup"));
        return "/sys/fs/cgroup" + lines[^1]["0::".Length..];
    }

    private static string Read(Container container, params string[] files) =>
        string.Join(' ', files.Select(f => File.ReadAllText(Path.Combine(CgroupOf(container), f)).Trim()));

    private Container Scoped(params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.SetText("linux.cgroupsPath", PathOf(container));
        return container;
    }

    // systemctl prints in an order of its own.
    private string Show(Container container, params string[] properties)
    {
        string[] lines = Scratch.Host("systemctl", "show", "-p", string.Join(',', properties), Unit(container)).Ok().Output.Split('\n');
        return string.Join(' ', properties.Select(p => lines.First(l => l.StartsWith(p + "=", StringComparison.Ordinal))));
    }
}
