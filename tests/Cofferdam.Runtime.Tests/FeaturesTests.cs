using System.Text.Json;
using Cofferdam.Containers;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Tests;

public sealed class FeaturesTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(SpecWriter.Write(RuntimeFeatures.Document(BuildInfo.Version, BuildInfo.Commit))).RootElement;

    [Fact]
    public void Versions_and_hooks_are_those_of_the_specification()
    {
        Assert.Equal("1.0.0", Root.GetProperty("ociVersionMin").GetString());
        Assert.Equal(VersionText.SpecVersion, Root.GetProperty("ociVersionMax").GetString());
        Assert.Equal(6, Root.GetProperty("hooks").GetArrayLength());
    }

    [Theory]
    [InlineData("cgroup", "v1", true)]
    [InlineData("cgroup", "v2", true)]
    [InlineData("cgroup", "systemd", true)]
    [InlineData("seccomp", "enabled", true)]
    [InlineData("apparmor", "enabled", true)]
    [InlineData("selinux", "enabled", true)]
    [InlineData("intelRdt", "enabled", true)]
    [InlineData("netDevices", "enabled", true)]
    public void It_claims_what_is_there(string section, string field, bool expected) =>
        Assert.Equal(expected, Root.GetProperty("linux").GetProperty(section).GetProperty(field).GetBoolean());

    [Theory]
    [InlineData("namespaces", "time")]
    [InlineData("capabilities", "CAP_CHECKPOINT_RESTORE")]
    public void Lists_are_complete(string list, string entry) =>
        Assert.Contains(entry, Root.GetProperty("linux").GetProperty(list).EnumerateArray().Select(e => e.GetString()));

    [Fact]
    public void Supported_flags_are_known_flags_and_those_of_old_kernels_are_among_them()
    {
        JsonElement seccomp = Root.GetProperty("linux").GetProperty("seccomp");
        string[] known = [.. seccomp.GetProperty("knownFlags").EnumerateArray().Select(e => e.GetString()!)];
        string[] supported = [.. seccomp.GetProperty("supportedFlags").EnumerateArray().Select(e => e.GetString()!)];
        Assert.Equal(SeccompNames.Flags, known);
        Assert.Subset(known.ToHashSet(), supported.ToHashSet());
        Assert.Contains("SECCOMP_FILTER_FLAG_LOG", supported);
    }

    [Fact]
    public void Annotations_that_change_what_a_container_may_do_are_named()
    {
        string?[] unsafeOnes = [.. Root.GetProperty("potentiallyUnsafeConfigAnnotations").EnumerateArray().Select(e => e.GetString())];
        Assert.Contains("org.systemd.property.", unsafeOnes);
        Assert.Contains("run.oci.mount_context_type", unsafeOnes);
    }

    [Fact]
    public void Every_architecture_of_the_specification_is_named()
    {
        string?[] names = [.. Root.GetProperty("linux").GetProperty("seccomp").GetProperty("archs").EnumerateArray().Select(e => e.GetString())];
        Assert.Equal(Enum.GetValues<SeccompArchitecture>().Length, names.Length);
        Assert.Contains("SCMP_ARCH_X86_64", names);
    }
}
