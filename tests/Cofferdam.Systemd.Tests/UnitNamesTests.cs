using Cofferdam.Cgroups.Systemd;

namespace Cofferdam.Systemd.Tests;

public sealed class UnitNamesTests
{
    [Theory]
    [InlineData(null, "system.slice", "runc-c1.scope", "/system.slice/runc-c1.scope")]
    [InlineData("", "system.slice", "runc-c1.scope", "/system.slice/runc-c1.scope")]
    [InlineData("machine.slice:docker:abc", "machine.slice", "docker-abc.scope", "/machine.slice/docker-abc.scope")]
    [InlineData(":crio:abc", "system.slice", "crio-abc.scope", "/system.slice/crio-abc.scope")]
    [InlineData("-.slice:a:b", "-.slice", "a-b.scope", "/a-b.scope")]
    [InlineData("a.slice::b", "a.slice", "-b.scope", "/a.slice/-b.scope")]
    [InlineData("kubepods-burstable-pod1_2.slice:cri-containerd:9f", "kubepods-burstable-pod1_2.slice", "cri-containerd-9f.scope",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-9f.scope")]
    [InlineData("a.slice:x:a-b.slice", "a.slice", "a-b.slice", "/a.slice/a-b.slice")]
    public void A_path_names_slice_and_unit(string? path, string slice, string unit, string relative)
    {
        UnitNames names = UnitNames.Parse(path, "c1", isUser: false);
        Assert.Equal((slice, unit, relative), (names.Slice, names.Unit, names.RelativePath));
    }

    [Theory]
    [InlineData("system.slice:docker:abc", true)]
    [InlineData("kubepods-pod1.slice:cri-containerd:9f", true)]
    [InlineData(null, false)]
    [InlineData("/docker/abc", false)]
    [InlineData("a:b:c", false)]
    [InlineData(":crio:abc", false)]
    [InlineData("/x/a.slice:b:c", false)]
    [InlineData("a.slice:b", false)]
    public void A_path_that_can_only_be_a_units_is_known(string? path, bool isUnit) => Assert.Equal(isUnit, UnitNames.AreIn(path));

    [Fact]
    public void A_users_units_are_in_the_users_slice() => Assert.Equal("user.slice", UnitNames.Parse(null, "c1", isUser: true).Slice);

    [Fact]
    public void An_id_is_escaped() => Assert.Equal("runc-a\\x2bb.scope", UnitNames.Parse(null, "a+b", isUser: false).Unit);

    [Theory]
    [InlineData("/docker/abc", "is not of the form 'slice:prefix:name'")]
    [InlineData("a.slice:b", "is not of the form 'slice:prefix:name'")]
    [InlineData("a.slice:b:c:d", "is not of the form 'slice:prefix:name'")]
    [InlineData("a.slice:b:", "has an empty name")]
    [InlineData("a:b:c", "'a' is not the name of a slice")]
    [InlineData(".slice:b:c", "'.slice' is not the name of a slice")]
    [InlineData("a--b.slice:b:c", "a part between dashes is empty")]
    [InlineData("-a.slice:b:c", "a part between dashes is empty")]
    [InlineData("a-.slice:b:c", "a part between dashes is empty")]
    [InlineData("a/b.slice:b:c", "'/' cannot be in it")]
    [InlineData("a.slice:b:c d", "' ' cannot be in it")]
    [InlineData("a.slice:b:é", "'é' cannot be in it")]
    [InlineData("a.slice:b:'", "cannot be in it")]
    public void Other_paths_are_refused(string path, string reason)
    {
        CofferdamException e = Assert.Throws<CofferdamException>(() => UnitNames.Parse(path, "c1", isUser: false));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.StartsWith("linux.cgroupsPath: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_an_end() =>
        Assert.Throws<CofferdamException>(() => UnitNames.Parse("a.slice:b:" + new string('c', 250), "c1", isUser: false));
}
