using System.Text;
using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class SpecReaderTests
{
    [Fact]
    public void Reads_a_configuration_like_Dockers()
    {
        var warnings = new List<string>();
        RuntimeSpec spec = SpecReader.ReadSpec(TestData.Docker, warnings);
        Assert.Empty(warnings);
        Assert.Equal(20, spec.Mounts.Count);
        Assert.Equal(["rbind", "rprivate"], spec.Mounts[7].Options);
        Assert.Equal("1f3b0b8c6f8e", spec.Hostname);
        Assert.Equal(14, spec.Process!.Capabilities!.Bounding!.Count);
        Assert.Null(spec.Process.Capabilities.Inheritable);
        Assert.Equal(40u, spec.Process.ConsoleSize!.Height);
        Assert.Equal([0u, 10u], spec.Process.User.AdditionalGids);
        Assert.Equal("libnetwork-setkey", spec.Hooks.Prestart[0].Args[0]);
        Assert.Equal(
            [NamespaceType.Mount, NamespaceType.Network, NamespaceType.Uts, NamespaceType.Pid, NamespaceType.Ipc],
            spec.Linux.Namespaces.Select(n => n.Type));
        Assert.Equal(536870912, spec.Linux.Resources!.Memory!.Limit);
        Assert.Equal((ushort)0, spec.Linux.Resources.BlockIo!.Weight);
        Assert.Null(spec.Linux.Resources.Devices[0].Type);
        Assert.Equal("0 2147483647", spec.Linux.Sysctl["net.ipv4.ping_group_range"]);
        Seccomp seccomp = spec.Linux.Seccomp!;
        Assert.Equal(SeccompAction.Errno, seccomp.DefaultAction);
        Assert.Equal([SeccompArchitecture.X86_64, SeccompArchitecture.X86, SeccompArchitecture.X32], seccomp.Architectures);
        Assert.Equal(374, seccomp.Syscalls[0].Names.Count);
        Assert.Equal(SeccompOperator.Equal, seccomp.Syscalls[1].Args[0].Op);
    }

    [Fact]
    public void Reads_a_process_and_resources_by_themselves()
    {
        Process process = SpecReader.ReadProcess("""{"args":["a"],"cwd":"/","user":{"uid":1}}"""u8, []);
        Assert.Equal((1u, "/", "a"), (process.User.Uid, process.Cwd, process.Args[0]));
        LinuxResources resources = SpecReader.ReadResources("""{"pids":{"limit":-1},"memory":null}"""u8, []);
        Assert.Equal(-1, resources.Pids!.Limit);
        Assert.Null(resources.Memory);
        Refused("document: must be an object", () => SpecReader.ReadProcess("null"u8, []));
        Refused("document: must be an object", () => SpecReader.ReadResources("[]"u8, []));
        Refused("pids.limit: must be an integer", () => SpecReader.ReadResources("""{"pids":{"limit":"1"}}"""u8, []));
    }

    [Fact]
    public void Absent_sections_are_empty()
    {
        RuntimeSpec spec = TestData.Parse("{}");
        Assert.Equal(("", null, null), (spec.OciVersion, spec.Process, spec.Root));
        Assert.Empty(spec.Mounts);
        Assert.Empty(spec.Annotations);
        Assert.Empty(spec.Hooks.Poststop);
        Assert.Empty(spec.Linux.Namespaces);
        Assert.Empty(spec.Linux.Sysctl);
        Assert.Null(spec.Linux.Resources);
    }

    [Fact]
    public void Null_means_absent()
    {
        RuntimeSpec spec = TestData.Parse("""
            {"ociVersion":null,"process":{"args":null,"user":null,"capabilities":{"ambient":null},"oomScoreAdj":null,"terminal":null},
             "mounts":null,"hooks":null,"annotations":{"a":null,"b":"c"},
             "linux":{"sysctl":null,"timeOffsets":{"boottime":null},"seccomp":null,"resources":{"rdma":{"a":null},"devices":null}}}
            """);
        Assert.Empty(spec.Process!.Args);
        Assert.Null(spec.Process.Capabilities!.Ambient);
        Assert.Equal(["b"], spec.Annotations.Keys);
        Assert.Empty(spec.Linux.TimeOffsets);
        Assert.Empty(spec.Linux.Resources!.Rdma);
    }

    [Fact]
    public void The_last_of_duplicate_fields_wins()
    {
        RuntimeSpec spec = TestData.Parse("""{"hostname":"a","hostname":"b","annotations":{"x":"1","y":"2","x":"3"}}""");
        Assert.Equal("b", spec.Hostname);
        Assert.Equal([new("x", "3"), new("y", "2")], spec.Annotations);
    }

    [Fact]
    public void A_field_name_in_another_case_is_accepted_with_a_warning()
    {
        var warnings = new List<string>();
        RuntimeSpec spec = SpecReader.ReadSpec("""{"OCIVersion":"1.0.0","process":{"CWD":"/","user":{"UID":7}},"linux":{"Namespaces":[{"Type":"pid"}]}}"""u8, warnings);
        Assert.Equal(("1.0.0", "/", 7u), (spec.OciVersion, spec.Process!.Cwd, spec.Process.User.Uid));
        Assert.Equal(NamespaceType.Pid, spec.Linux.Namespaces[0].Type);
        Assert.Equal(
            [
                "OCIVersion: field name differs in case from 'ociVersion'",
                "process.CWD: field name differs in case from 'cwd'",
                "process.user.UID: field name differs in case from 'uid'",
                "linux.Namespaces: field name differs in case from 'namespaces'",
                "linux.Namespaces[0].Type: field name differs in case from 'type'",
            ],
            warnings);
    }

    [Fact]
    public void Unknown_fields_and_other_platforms_are_warned_about()
    {
        var warnings = new List<string>();
        RuntimeSpec spec = SpecReader.ReadSpec("""
            {"windows":{"a":[1,{}]},"vm":null,"new":{"process":{"args":[1]}},"process":{"speed":9,"cwd":"/x"},
             "linux":{"intelRdt":{"enableCMT":true},"odd name":[[]],"namespaces":[{"type":"pid","color":"red"}]}}
            """u8, warnings);
        Assert.Equal("/x", spec.Process!.Cwd);
        Assert.Equal(
            [
                "windows: not for Linux, ignoring",
                "vm: not for Linux, ignoring",
                "new: unknown field, ignoring",
                "process.speed: unknown field, ignoring",
                "linux.intelRdt.enableCMT: removed from the specification in 1.3, ignoring",
                "linux['odd name']: unknown field, ignoring",
                "linux.namespaces[0].color: unknown field, ignoring",
            ],
            warnings);
    }

    [Fact]
    public void Unknown_capabilities_are_warned_about()
    {
        var warnings = new List<string>();
        SpecReader.ReadProcess("""{"capabilities":{"ambient":["CAP_KILL","CAP_FLY"],"bounding":["cap_kill"]}}"""u8, warnings);
        Assert.Equal(
            ["capabilities.ambient[1]: unknown capability 'CAP_FLY', ignoring", "capabilities.bounding[0]: unknown capability 'cap_kill', ignoring"],
            warnings);
    }

    [Fact]
    public void The_number_of_warnings_is_bounded()
    {
        var warnings = new List<string>();
        SpecReader.ReadSpec(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"f{i}\":0")) + "}"), warnings);
        Assert.Equal(50, warnings.Count);
        Assert.Equal("document: more warnings are left out", warnings[^1]);
    }

    [Theory]
    [InlineData("""{"process":{"args":["a",7]}}""", "process.args[1]: must be a string")]
    [InlineData("""{"process":{"args":["a",null]}}""", "process.args[1]: must be a string")]
    [InlineData("""{"process":{"args":"a"}}""", "process.args: must be an array")]
    [InlineData("""{"process":{"user":{"uid":-1}}}""", "process.user.uid: must be an integer from 0 to 4294967295")]
    [InlineData("""{"process":{"user":{"uid":1.5}}}""", "process.user.uid: must be an integer from 0 to 4294967295")]
    [InlineData("""{"process":{"user":{"uid":"0"}}}""", "process.user.uid: must be an integer")]
    [InlineData("""{"process":{"oomScoreAdj":99999999999}}""", "process.oomScoreAdj: must be an integer from -2147483648 to 2147483647")]
    [InlineData("""{"process":{"rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551616}]}}""", "process.rlimits[0].hard: must be an integer from 0 to 18446744073709551615")]
    [InlineData("""{"process":{"rlimits":[{"type":"RLIMIT_X"}]}}""", "process.rlimits[0].type: must be a resource limit such as RLIMIT_NOFILE, is 'RLIMIT_X'")]
    [InlineData("""{"process":{"rlimits":[{"hard":1}]}}""", "process.rlimits[0]: must have a type")]
    [InlineData("""{"process":{"terminal":"yes"}}""", "process.terminal: must be true or false")]
    [InlineData("""{"mounts":[{},[]]}""", "mounts[1]: must be an object")]
    [InlineData("""{"linux":{"namespaces":[{"type":"pid"},{"type":"pidd"}]}}""", "linux.namespaces[1].type: must be pid, network, mount, ipc, uts, user, cgroup or time, is 'pidd'")]
    [InlineData("""{"linux":{"sysctl":{"net.core.somaxconn":256}}}""", "linux.sysctl['net.core.somaxconn']: must be a string")]
    [InlineData("""{"linux":{"seccomp":{"architectures":[]}}}""", "linux.seccomp: must have a defaultAction")]
    [InlineData("""{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"]}]}}}""", "linux.seccomp.syscalls[0]: must have an action")]
    [InlineData("""{"linux":{"devices":[{"path":"/dev/x","type":"a"}]}}""", "linux.devices[0].type: must be b, c, u or p, is 'a'")]
    [InlineData("""{"linux":{"resources":{"devices":[{"type":"p"}]}}}""", "linux.resources.devices[0].type: must be a, b or c, is 'p'")]
    [InlineData("""{"hostname":"\ud800"}""", "hostname: must be valid UTF-8 text")]
    [InlineData("[]", "document: must be an object")]
    [InlineData("null", "document: must be an object")]
    [InlineData("\"x\"", "document: must be an object")]
    public void An_error_names_the_place(string json, string message) => Refused(message, () => TestData.Parse(json));

    [Theory]
    [InlineData("", "document: malformed JSON at line 1, byte 1")]
    [InlineData("{", "document: malformed JSON at line 1, byte 2")]
    [InlineData("{} x", "document: malformed JSON at line 1, byte 4")]
    [InlineData("{}{}", "document: malformed JSON at line 1, byte 3")]
    [InlineData("{\"process\":{\n\"args\":[\"a\",]}}", "process.args[0]: malformed JSON at line 2, byte 13")]
    [InlineData("{\"hostname\":\"a\nb\"}", "hostname: malformed JSON at line 1, byte 15")]
    [InlineData("{\"hostname\":tru}", "hostname: malformed JSON at line 1, byte 16")]
    [InlineData("{// comment\n}", "document: malformed JSON at line 1, byte 2")]
    public void Malformed_JSON_is_refused_with_its_place(string json, string message) => Refused(message, () => TestData.Parse(json));

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        byte[] json = [.. "{\"hostname\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        Refused("hostname: must be valid UTF-8 text", () => SpecReader.ReadSpec(json, []));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Equal("h", SpecReader.ReadSpec([0xef, 0xbb, 0xbf, .. "{\"hostname\":\"h\"}"u8], []).Hostname);

    [Fact]
    public void Too_deep_and_too_large_documents_are_refused()
    {
        string deep = new string('[', 100000);
        var e = Assert.Throws<CofferdamException>(() => TestData.Parse("{\"x\":" + deep));
        Assert.Contains("malformed JSON", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<CofferdamException>(() => SpecReader.ReadSpec(new byte[(16 << 20) + 1], []));
        Assert.StartsWith("document: must be smaller than ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_do_not_reach_messages()
    {
        var e = Assert.Throws<CofferdamException>(() => TestData.Parse("""{"linux":{"namespaces":[{"type":"a\u001b[31m\nb"}]}}"""));
        Assert.EndsWith("is 'a\\x1b[31m\\x0ab'", e.Message, StringComparison.Ordinal);
    }

    private static void Refused(string message, Action read)
    {
        var e = Assert.Throws<CofferdamException>(read);
        Assert.Equal((ErrorKind.InvalidArgument, message), (e.Kind, e.Message));
    }
}
