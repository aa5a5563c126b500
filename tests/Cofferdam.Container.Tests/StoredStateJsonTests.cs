using System.Text;
using Cofferdam.Containers.State;

namespace Cofferdam.Containers.Tests;

public sealed class StoredStateJsonTests
{
    private static readonly StoredState _full = new()
    {
        Id = "c1",
        OciVersion = "1.3.0",
        Bundle = "/b/ünï \"quoted\"",
        Rootfs = "/b/rootfs",
        Created = new DateTimeOffset(2026, 11, 22, 18, 24, 10, TimeSpan.Zero).AddTicks(2302078),
        Complete = true,
        CreatorPid = 7,
        CreatorStartTime = ulong.MaxValue,
        Pid = 42,
        StartTime = 123456789012,
        Annotations = new Dictionary<string, string> { ["a"] = "1", ["line"] = "x\ny" },
        CgroupPaths = new Dictionary<string, string> { ["memory"] = "/sys/fs/cgroup/memory/c1", ["name=systemd"] = "/x" },
        Namespaces = new Dictionary<string, string> { ["pid"] = "/proc/42/ns/pid" },
        OwnPidNamespace = true,
        Rootless = true,
        NoNewKeyring = true,
        SystemdCgroup = true,
        StandardStreams = ["/dev/null", "pipe:[7]", ""],
        HasPoststart = true,
        HasPoststop = true,
        ResctrlPath = "/sys/fs/resctrl/gold",
        ResctrlMonitorPath = "/sys/fs/resctrl/gold/mon_groups/c1",
        ResctrlOwned = true,
    };

    [Fact]
    public void Reads_what_it_wrote()
    {
        StoredState read = StoredStateJson.Read(StoredStateJson.Write(_full));
        Assert.Equal(_full.Annotations, read.Annotations);
        Assert.Equal(_full.CgroupPaths, read.CgroupPaths);
        Assert.Equal(_full.Namespaces, read.Namespaces);
        Assert.Equal(_full.StandardStreams, read.StandardStreams);
        // Records compare their collections by reference.
        Assert.Equal(_full, read with
        {
            Annotations = _full.Annotations, CgroupPaths = _full.CgroupPaths, Namespaces = _full.Namespaces, StandardStreams = _full.StandardStreams,
        });
    }

    [Fact]
    public void Writes_every_property()
    {
        string text = Encoding.UTF8.GetString(StoredStateJson.Write(_full));
        Assert.All(
            typeof(StoredState).GetProperties().Where(p => p.SetMethod is not null),
            p => Assert.Contains($"\"{char.ToLowerInvariant(p.Name[0])}{p.Name[1..]}\":", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Skips_what_a_later_writer_added() =>
        Assert.Equal("c1", StoredStateJson.Read("""{"version":1,"new":{"deep":[1,{"x":2}]},"id":"c1"}"""u8).Id);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"id\":\"c1\"")]
    [InlineData("{\"version\":\"one\"}")]
    [InlineData("{\"version\":1,\"annotations\":[1]}")]
    [InlineData("{\"version\":1,\"created\":\"yesterday\"}")]
    [InlineData("{\"id\":\"c1\"}")]
    public void Names_a_damaged_record(string text) =>
        Assert.Equal(ErrorKind.DataLoss, Assert.Throws<CofferdamException>(() => StoredStateJson.Read(Encoding.UTF8.GetBytes(text))).Kind);
}
