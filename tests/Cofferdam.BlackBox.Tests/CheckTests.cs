using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>What <c>check</c> says, and that <c>run</c> agrees.</summary>
public sealed class CheckTests : BlackBoxTest
{
    private const string Base = "/coffer-check";

    /// <summary>What is wrong, the field that is named, and how to make it so.</summary>
    private static readonly Dictionary<string, (string Field, Action<Container> Change)> s_broken = new()
    {
        ["resources of the wrong type"] = ("linux.resources.memory", c => c.Config.Set("linux.resources.memory", """{"limit":"x"}""")),
        ["no rootfs"] = ("root.path", c => c.Config.SetText("root.path", "nowhere")),
        ["rootfs is a file"] = ("root.path", c => { File.WriteAllText(Path.Combine(c.Bundle, "file"), ""); c.Config.SetText("root.path", "file"); }),
        ["no program"] = ("process.args[0]", c => c.Config.Args("no-such-program")),
        ["program is a directory"] = ("process.args[0]", c => c.Config.Args("/etc")),
        ["no interpreter"] = ("process.args[0]", c => Program(c, "#!/bin/no-such-shell\n")),
        ["other machine"] = ("process.args[0]", c => Program(c, "\u007fELF\u0002\u0001\u0001" + new string('\0', 9) + "\u0002\0\u00b7\0" + new string('\0', 44))),
        ["no source"] = ("mounts[6]", c => c.Config.Mount("/data", "bind", "/no/such/source", "rbind")),
        ["no such filesystem"] = ("mounts[6]", c => c.Config.Mount("/data", "nosuchfs", "none")),
        ["bad option"] = ("mounts[6]", c => c.Config.Mount("/data", "tmpfs", "tmpfs", "size=banana")),
        ["directory over file"] = ("mounts[6]", c => { File.WriteAllText(c.Inside("etc/file"), ""); c.Config.Mount("/etc/file", "bind", c.Bundle, "rbind"); }),
        ["over proc"] = ("mounts[6]", c => c.Config.Mount("/proc/sys", "bind", c.Bundle, "rbind")),
        ["no namespace"] = ("linux.namespaces[4].path", c => c.Config.Namespace("network", "/no/such/namespace")),
        ["other kind of namespace"] = ("linux.namespaces[4].path", c => c.Config.Namespace("network", "/proc/self/ns/uts")),
        ["no hook"] = ("hooks.createRuntime[0].path", c => c.Config.Set("hooks", """{"createRuntime":[{"path":"/no/such/hook"}]}""")),
        ["hook is not executable"] = ("hooks.createContainer[0].path", c => c.Config.Set("hooks", """{"createContainer":[{"path":"/etc/passwd"}]}""")),
        ["no hook in the image"] = ("hooks.startContainer[0].path", c => c.Config.Set("hooks", """{"startContainer":[{"path":"/bin/no-such-hook"}]}""")),
        ["no network device"] = ("linux.netDevices.nosuchdev0", c => c.Config.Set("linux.netDevices", """{"nosuchdev0":{}}""")),
        ["no seccomp agent"] = ("linux.seccomp.listenerPath", c => c.Config.Set("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/no/such/agent.sock","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_NOTIFY"}]}""")),
        ["filter kills the launch"] = ("", c => c.Config.Set("linux.seccomp", """{"defaultAction":"SCMP_ACT_KILL_PROCESS"}""").Set("process.noNewPrivileges", "false")),
        ["no such memory node"] = ("linux.memoryPolicy", c => c.Config.Set("linux.memoryPolicy", """{"mode":"MPOL_BIND","nodes":"63"}""")),
        ["no such sysctl"] = ("linux.sysctl.net.ipv4.no_such_setting", c => c.Config.Set("linux.sysctl", """{"net.ipv4.no_such_setting":"1"}""")),
        ["bad sysctl"] = ("linux.sysctl.net.ipv4.ip_default_ttl", c => c.Config.Set("linux.sysctl", """{"net.ipv4.ip_default_ttl":"banana"}""")),
        ["cwd is a file"] = ("process.cwd", c => { File.WriteAllText(c.Inside("etc/file"), ""); c.Config.SetText("process.cwd", "/etc/file"); }),
        ["device below a file"] = ("linux.devices[0]", c => { File.WriteAllText(c.Inside("etc/file"), ""); c.Config.Set("linux.devices", """[{"path":"/etc/file/below","type":"c","major":1,"minor":3}]"""); }),
        ["unmapped ids"] = ("linux.uidMappings", c => c.Config.UserNamespace().Set("linux.uidMappings", """[{"containerID":0,"hostID":4294967290,"size":10}]""")),
        ["a file system without id maps"] = ("mounts[6]", c => c.Config.UserNamespace().Mount("/data", "bind", "/sys/kernel", "bind", "idmap")),
        ["a mount point that cannot be made"] = ("mounts[6]", c => c.Config.UserNamespace().Mount("/made", "tmpfs", "tmpfs")),
        ["a working directory that cannot be made"] = ("process.cwd", c => c.Config.UserNamespace().SetText("process.cwd", "/made/there")),
        ["a mount point that cannot be made further down"] = ("mounts[6]", c => c.Config.UserNamespace().Mount("/etc/made", "tmpfs", "tmpfs")),
        ["no resctrl"] = ("linux.intelRdt", c => { Assert.SkipWhen(Directory.Exists("/sys/fs/resctrl/info"), "this host has resctrl"); c.Config.Set("linux.intelRdt", """{"closID":"a"}"""); }),
        ["no such cpu"] = ("linux.resources.cpu.cpus", c => c.Config.Set("linux.resources.cpu", """{"cpus":"4000"}""")),
        ["a memory limit below what starts"] = ("", c => c.Config.Set("linux.resources.memory", """{"limit":8192}""")),
        ["unified on v1"] = ("linux.resources.unified", c => { Assert.SkipWhen(File.Exists("/sys/fs/cgroup/cgroup.controllers"), "this host has cgroup v2 only"); c.Config.Set("linux.resources.unified", """{"memory.max":"1"}"""); }),
    };

    public static TheoryData<string> Broken => [.. s_broken.Keys];

    public static TheoryData<string> Good => [.. s_good.Keys];

    private static void Program(Container container, string content)
    {
        File.WriteAllText(container.Inside("bin/program"), content, System.Text.Encoding.Latin1);
        File.SetUnixFileMode(container.Inside("bin/program"), (UnixFileMode)0x1ED);
        container.Config.Args("/bin/program");
    }

    private CommandResult Check(Container container, params string[] options)
    {
        Assert.SkipUnless(RuntimeUnderTest.IsOurs, "only coffer-oci has check");
        container.WriteConfig();
        return Scratch.Oci(["check", "--bundle", container.Bundle, .. options]);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_bundle_that_check_refuses_does_not_run(string what)
    {
        (string field, Action<Container> change) = s_broken[what];
        Container container = NewContainer("true");
        change(container);
        CommandResult check = Check(container, "--format", "json").Exits(1);
        JsonObject[] failures = [.. JsonNode.Parse(check.Stdout)!["findings"]!.AsArray().Select(each => each!.AsObject()).Where(each => (string)each["level"]! == "fail")];
        Assert.True(failures.Any(each => ((string?)each["field"] ?? "").StartsWith(field, StringComparison.Ordinal)), check.Describe());
        Assert.Empty(Scratch.LeaksNow());
        CommandResult run = container.Run();
        Assert.True(run.ExitCode != 0, run.Describe());
    }

    private static readonly Dictionary<string, Action<Container>> s_good = new()
    {
        ["as it is"] = _ => { },
        ["user namespace"] = c => c.Config.UserNamespace(),
        ["terminal"] = c => c.Config.Set("process.terminal", "true"),
        ["limits"] = c => c.Config.Set("linux.resources.memory", """{"limit":67108864}""").Set("linux.resources.pids", """{"limit":20}"""),
        ["bind mounts"] = c => { Directory.CreateDirectory(Path.Combine(c.Bundle, "data")); c.Config.Mount("/data", "bind", "data", "rbind", "ro", "rshared"); },
        ["copied up"] = c => c.Config.Mount("/etc", "tmpfs", "tmpfs", "tmpcopyup"),
        ["read-only"] = c => c.Config.Set("root.readonly", "true"),
        ["missing directory"] = c => c.Config.SetText("process.cwd", "/made/by/the/runtime"),
        ["own directory as destination"] = c => c.Config.Mount("/made/for/it", "tmpfs", "tmpfs"),
        ["shared"] = c => c.Config.SetText("linux.rootfsPropagation", "rshared"),
        ["sysctl"] = c => c.Config.Set("linux.sysctl", """{"net.ipv4.ip_default_ttl":"99"}"""),
        ["no mount namespace"] = c => { c.Config.WithoutNamespace("mount").Set("mounts", "[]").Remove("linux.maskedPaths").Remove("linux.readonlyPaths"); },
        ["network of the host"] = c => c.Config.Namespace("network", "/proc/self/ns/net").WithoutMount("/sys"),
        ["seccomp"] = c => c.Config.Set("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["sendmsg","exit_group"],"action":"SCMP_ACT_ERRNO"}]}"""),
        ["hooks"] = c => c.Config.Set("hooks", $$"""{"createRuntime":[{"path":"/bin/true"}],"poststop":[{"path":"/bin/true"}]}"""),
        ["cgroup mount"] = c => c.Config.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro"),
        ["scheduler"] = c => c.Config.Set("process.scheduler", """{"policy":"SCHED_BATCH","nice":5}""").Set("process.ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":5}"""),
        ["time"] = c => c.Config.Namespace("time").Set("linux.timeOffsets", """{"boottime":{"secs":1000}}"""),
        ["idmapped"] = c => { Directory.CreateDirectory(Path.Combine(c.Bundle, "data")); c.Config.UserNamespace().Mount("/tmp", "bind", "data", "bind", "idmap"); },
        ["uid"] = c => c.Config.Set("process.user", """{"uid":1000,"gid":1000,"additionalGids":[7]}"""),
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void A_bundle_that_passes_runs_and_check_has_changed_nothing(string what)
    {
        Container container = NewContainer("true");
        s_good[what](container);
        string before = Listing(container.Rootfs);
        Check(container).Ok();
        Assert.Equal(before, Listing(container.Rootfs));
        Assert.Empty(Scratch.LeaksNow());
        container.Run().Ok();
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_with_what_to_change()
    {
        Container container = NewContainer("no-such-program");
        container.Config.Mount("/data", "bind", "/no/such/source", "rbind").Mount("/x", "tmpfs", "tmpfs", "size=banana")
            .Set("linux.sysctl", """{"net.ipv4.no_such_setting":"1"}""").Set("hooks", """{"poststart":[{"path":"/no/such/hook"}]}""");
        string text = Check(container).Exits(1).Stdout;
        foreach (string expected in new[]
        {
            "fail  process.args[0]: 'no-such-program' is not in the PATH", "fail  mounts[6]: source '/no/such/source'", "change: make it",
            "fail  mounts[7]:", "size", "fail  linux.sysctl.net.ipv4.no_such_setting", "fail  hooks.poststart[0].path", "would not run here: 5 problems",
        })
            Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_check_says_what_is_well_unless_it_shall_be_quiet()
    {
        Container container = NewContainer("true");
        Assert.StartsWith("configuration\n  ok    valid", Check(container).Ok().Stdout, StringComparison.Ordinal);
        Assert.Equal("this bundle would run here", Check(container, "--quiet").Ok().Output);
        JsonNode json = JsonNode.Parse(Check(container, "--format", "json").Ok().Stdout)!;
        Assert.True((bool)json["passes"]!);
    }

    [Fact]
    public void A_capability_that_the_caller_lacks_is_told()
    {
        Container container = NewContainer("true");
        container.Config.Capabilities("CAP_KILL", "CAP_SYS_TIME");
        Scratch.Wrapper = ["setpriv", "--bounding-set=-sys_time", "--inh-caps=-sys_time"];
        Assert.Contains("fail  process.capabilities.permitted: the caller does not have CAP_SYS_TIME", Check(container).Exits(1).Stdout, StringComparison.Ordinal);
        container.Run().Fails(1, "process.capabilities");
    }

    [Fact]
    public void A_name_or_cgroup_that_is_taken_is_told()
    {
        Container container = NewContainer().Running();
        string text = Check(container, container.Id).Exits(1).Stdout;
        Assert.Contains($"container '{container.Id}' exists", text, StringComparison.Ordinal);
        Assert.Contains("linux.cgroupsPath", text, StringComparison.Ordinal);
        Assert.Contains("is in use", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_above_the_cgroup_that_check_had_to_make_is_gone_again()
    {
        Container container = NewContainer("true");
        string parent = Base + Scratch.Tag;
        container.Config.SetText("linux.cgroupsPath", $"{parent}/a/b");
        Check(container).Ok();
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs/cgroup", "*" + parent[1..], new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }));
    }

    private static string Listing(string directory) =>
        string.Join('\n', Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
