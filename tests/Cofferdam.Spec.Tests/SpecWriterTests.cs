using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class SpecWriterTests
{
    [Theory]
    [InlineData("docker.json")]
    [InlineData("full.json")]
    [InlineData("real-dockerd-privileged.json")]
    [InlineData("real-dockerd-restricted.json")]
    [InlineData("real-podman-userns.json")]
    public void What_was_read_is_written_again(string file)
    {
        byte[] json = TestData.Read(file);
        byte[] written = SpecWriter.Write(SpecReader.ReadSpec(json, []));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(written)), Encoding.UTF8.GetString(written));
        Assert.Equal(written, SpecWriter.Write(SpecReader.ReadSpec(written, [])));
    }

    [Fact]
    public void Annotations_keep_their_order() =>
        Assert.Equal(["z.last", "a.first"], SpecReader.ReadSpec(TestData.Full, []).Annotations.Keys);

    [Fact]
    public void A_process_and_resources_are_written_by_themselves()
    {
        RuntimeSpec spec = SpecReader.ReadSpec(TestData.Full, []);
        JsonNode full = JsonNode.Parse(TestData.Full)!;
        Assert.True(JsonNode.DeepEquals(full["process"], JsonNode.Parse(SpecWriter.Write(spec.Process!))));
        Assert.True(JsonNode.DeepEquals(full["linux"]!["resources"], JsonNode.Parse(SpecWriter.Write(spec.Linux.Resources!))));
    }

    [Fact]
    public void A_state_is_written_as_hooks_read_it()
    {
        var state = new ContainerState
        {
            OciVersion = "1.3.0",
            Id = "c1",
            Status = "created",
            Pid = 7,
            Bundle = "/b",
            Annotations = new Dictionary<string, string> { ["a"] = "ü<" },
        };
        Assert.Equal(
            """{"ociVersion":"1.3.0","id":"c1","pid":7,"status":"created","bundle":"/b","annotations":{"a":"ü<"}}""",
            Encoding.UTF8.GetString(SpecWriter.Write(state)));
        state = state with
        {
            Pid = 0,
            Status = "stopped",
            Rootfs = "/b/rootfs",
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddTicks(1200),
            Owner = "root",
            Annotations = new Dictionary<string, string>(),
        };
        Assert.Equal(
            """{"ociVersion":"1.3.0","id":"c1","pid":0,"status":"stopped","bundle":"/b","rootfs":"/b/rootfs","created":"2026-01-02T02:04:05.00012Z","owner":"root"}""",
            Encoding.UTF8.GetString(SpecWriter.Write(state)));
    }

    [Fact]
    public void A_seccomp_listener_is_told_the_process_and_the_container()
    {
        var state = new ContainerProcessState { OciVersion = "1.3.0", Pid = 9, Metadata = "m", State = new ContainerState { Id = "c" } };
        Assert.Equal(
            """{"ociVersion":"1.3.0","fds":["seccompFd"],"pid":9,"metadata":"m","state":{"ociVersion":"","id":"c","pid":0,"status":"","bundle":""}}""",
            Encoding.UTF8.GetString(SpecWriter.Write(state)));
    }

    [Fact]
    public void Unknown_features_are_left_out_and_known_ones_nested()
    {
        var features = new FeaturesDocument
        {
            OciVersionMin = "1.0.0",
            OciVersionMax = "1.3.0",
            Hooks = ["prestart"],
            Linux = new LinuxFeatures
            {
                Cgroup = new CgroupFeatures { V1 = true, V2 = false },
                Seccomp = new SeccompFeatures { Enabled = true, KnownFlags = [] },
                ApparmorEnabled = true,
                IntelRdt = new IntelRdtFeatures { Monitoring = true },
                MemoryPolicy = new MemoryPolicyFeatures { Modes = ["MPOL_BIND"] },
                IdmapEnabled = true,
                NetDevicesEnabled = true,
            },
            Annotations = new Dictionary<string, string> { ["org.x"] = "1" },
        };
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":["prestart"],
                 "linux":{"cgroup":{"v1":true,"v2":false},"seccomp":{"enabled":true,"knownFlags":[]},"apparmor":{"enabled":true},
                 "intelRdt":{"monitoring":true},"memoryPolicy":{"modes":["MPOL_BIND"]},"mountExtensions":{"idmap":{"enabled":true}},
                 "netDevices":{"enabled":true}},"annotations":{"org.x":"1"}}
                """),
            JsonNode.Parse(SpecWriter.Write(features))));
    }
}
