using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Mistakes in config.json: exit code 1, one line that names the field, nothing left behind.</summary>
public sealed class BadConfigTests : BlackBoxTest
{
    /// <summary>Path to set, the wrong value, and the words that our message has.</summary>
    [Theory]
    [InlineData("ociVersion", "\"2.0.0\"", "ociVersion")]
    [InlineData("ociVersion", "\"not a version\"", "ociVersion")]
    [InlineData("process.args", "[]", "process.args")]
    [InlineData("process.args", "\"sh\"", "process.args")]
    [InlineData("process.cwd", "\"\"", "process.cwd")]
    [InlineData("process.user", """{"uid":-5,"gid":0}""", "process.user.uid")]
    [InlineData("process.user", """{"uid":4294967296,"gid":0}""", "process.user.uid")]
    [InlineData("process.user", """{"uid":"root","gid":0}""", "process.user.uid")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_NOTHING","soft":1,"hard":1}]""", "process.rlimits[0].type")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_NOFILE","soft":9,"hard":9},{"type":"RLIMIT_NOFILE","soft":8,"hard":8}]""", "process.rlimits[1]")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_NOFILE","soft":10,"hard":5}]""", "process.rlimits[0]")]
    [InlineData("process.oomScoreAdj", "5000", "process.oomScoreAdj")]
    [InlineData("process.env", "[5]", "process.env[0]")]
    [InlineData("root", "null", "root")]
    [InlineData("root.path", "\"\"", "root.path")]
    [InlineData("root.path", "5", "root.path")]
    [InlineData("mounts", """[{"type":"tmpfs","source":"tmpfs"}]""", "mounts[0].destination")]
    [InlineData("mounts", """{"destination":"/x"}""", "mounts")]
    [InlineData("mounts", """[{"destination":"/x","type":"tmpfs","source":"tmpfs","options":"ro"}]""", "mounts[0].options")]
    [InlineData("hooks", """{"prestart":[{"args":["x"]}]}""", "hooks.prestart[0].path")]
    [InlineData("hooks", """{"poststop":[{"path":"/bin/true","timeout":0}]}""", "hooks.poststop[0].timeout")]
    [InlineData("hooks", """{"poststop":[{"path":"/bin/true","timeout":-1}]}""", "hooks.poststop[0].timeout")]
    [InlineData("linux.namespaces", """[{"type":"mount"},{"type":"pid"},{"type":"pid"}]""", "linux.namespaces[2]")]
    [InlineData("linux.namespaces", """[{"type":"mount"},{"type":"dream"}]""", "linux.namespaces[1].type")]
    [InlineData("linux.namespaces", """[{"type":"mount"},{"type":"network","path":"relative/ns"}]""", "linux.namespaces[1].path")]
    [InlineData("linux.devices", """[{"path":"/dev/x","type":"q","major":1,"minor":3}]""", "linux.devices[0].type")]
    [InlineData("linux.devices", """[{"type":"c","major":1,"minor":3}]""", "linux.devices[0].path")]
    [InlineData("linux.resources.devices", """[{"allow":true,"type":"c","access":"rwx"}]""", "linux.resources.devices[0].access")]
    [InlineData("linux.resources.memory", """{"limit":"64M"}""", "linux.resources.memory.limit")]
    [InlineData("linux.resources.memory", """{"limit":67108864,"swap":1048576}""", "memory")]
    [InlineData("linux.resources.cpu", """{"cpus":"a-b"}""", "linux.resources.cpu.cpus")]
    [InlineData("linux.resources.pids", """{"limit":"ten"}""", "linux.resources.pids.limit")]
    [InlineData("linux.rootfsPropagation", "\"sideways\"", "linux.rootfsPropagation")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO","args":[{"index":9,"value":1,"op":"SCMP_CMP_EQ"}]}]}""", "linux.seccomp.syscalls[0].args[0].index")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO","args":[{"index":1,"value":1,"op":"SCMP_CMP_LIKE"}]}]}""", "linux.seccomp.syscalls[0].args[0].op")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_VAX"]}""", "linux.seccomp.architectures[0]")]
    [InlineData("linux.sysctl", """{"kernel.hostname":"x"}""", "linux.sysctl")]
    [InlineData("linux.personality", """{"domain":"PLAN9"}""", "linux.personality.domain")]
    [InlineData("linux.timeOffsets", """{"boottime":{"secs":10}}""", "linux.timeOffsets")]
    [InlineData("process.scheduler", """{"policy":"SCHED_MAGIC"}""", "process.scheduler.policy")]
    [InlineData("process.ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":9}""", "process.ioPriority.priority")]
    public void A_wrong_field_is_refused_by_name(string path, string json, string named)
    {
        Container container = NewContainer("true");
        container.Config.Set(path, json);
        CommandResult create = container.Create();
        create.Fails(1, named);
        Assert.Single(create.Stderr.Trim().Split('\n'), l => !l.Contains("warn", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"ociVersion\":\"1.0.2\",}x")]
    [InlineData("{\"ociVersion\":\"1.0.2\"}")]
    [InlineData("\u0000\u0001")]
    public void A_file_that_is_no_config_is_refused(string text)
    {
        Container container = NewContainer();
        File.WriteAllText(Path.Combine(container.Bundle, "config.json"), text);
        Scratch.Oci("create", "--bundle", container.Bundle, container.Id).Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Json_that_nests_very_deep_is_refused()
    {
        Container container = NewContainer();
        File.WriteAllText(Path.Combine(container.Bundle, "config.json"), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        Scratch.Oci("create", "--bundle", container.Bundle, container.Id).Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_bundle_without_a_config_is_refused()
    {
        Container container = NewContainer();
        Scratch.Oci("create", "--bundle", container.Bundle, container.Id).Fails(1, "config.json", "no such file or directory");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_bundle_that_does_not_exist_is_refused() => Scratch.Oci("create", "--bundle", "/no/such/bundle", Scratch.Tag).Fails(1, "/no/such/bundle");

    [Fact]
    public void A_config_that_is_a_directory_is_refused()
    {
        Container container = NewContainer();
        Directory.CreateDirectory(Path.Combine(container.Bundle, "config.json"));
        Scratch.Oci("create", "--bundle", container.Bundle, container.Id).Fails(1, "config.json");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Unknown_fields_and_sections_of_other_platforms_are_ignored()
    {
        Container container = NewContainer("echo", "fine");
        container.Config.Set("fieldFromTheFuture", """{"a":[1,2,{"b":null}]}""").Set("process.alsoNew", "true").Set("linux.resources.newController", "{}")
            .Set("windows", """{"layerFolders":[]}""").Set("solaris", "{}");
        Assert.Equal("fine", container.Run().Ok().Output);
    }

    [Fact]
    public void A_null_where_a_field_is_optional_counts_as_absent()
    {
        Container container = NewContainer("echo", "fine");
        container.Config.Set("hooks", "null").Set("annotations", "null").Set("linux.sysctl", "null").Set("linux.devices", "null").Set("process.rlimits", "null")
            .Set("process.oomScoreAdj", "null").Set("linux.seccomp", "null").Set("linux.resources.memory", "null").Set("linux.maskedPaths", "null");
        Assert.Equal("fine", container.Run().Ok().Output);
    }

    [Fact]
    public void A_config_with_a_byte_order_mark_or_comments_is_refused_or_read_but_never_crashes()
    {
        Container container = NewContainer("true");
        File.WriteAllText(Path.Combine(container.Bundle, "config.json"), "\ufeff" + container.Config.ToJson());
        CommandResult result = Scratch.Oci("run", "--bundle", container.Bundle, container.Id);
        Assert.True(result.ExitCode is 0 or 1, result.Describe());
    }
}
