using Cofferdam.Cgroups;
using Cofferdam.Containers.Checkpoint;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests;

/// <summary>cgroups.json of a checkpoint. Ordinary directories do for cgroups.</summary>
public sealed class SavedCgroupsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly OwnedFd _images;

    public SavedCgroupsTests() => _images = Files.Open(_directory.Location, OpenFlags.Directory);

    public void Dispose()
    {
        _images.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Settings_of_a_cgroup_and_those_below_are_read_again_parents_first()
    {
        Make("", ("pids.max", "60\n"), ("cgroup.subtree_control", "cpu pids\n"), ("pids.current", "3\n"), ("cpu.weight", "0\n"), ("cpuset.cpus", "\n"));
        Make("a", ("io.max", "8:0 rbps=1 wbps=max\n8:16 rbps=2 wbps=max\n"));
        Make("a/b", ("hugetlb.2MB.max", "max\n"), ("hugetlb.2MB.current", "0\n"));
        List<string> warnings = [];
        SavedCgroups.Save(_images, Path.Combine(_directory.Location, "cgroup"), warnings);
        Assert.Empty(warnings);
        Assert.Equal(
            [
                " cgroup.subtree_control=cpu pids", " pids.max=60",
                "a io.max=8:0 rbps=1 wbps=max\n8:16 rbps=2 wbps=max",
                "a/b hugetlb.2MB.max=max",
            ],
            Load());
    }

    [Fact]
    public void What_leads_elsewhere_or_is_no_setting_is_left_out()
    {
        Write("""{"":{"cgroup.procs":"1","../pids.max":"1","hugetlb./../x.max":"1","pids.max":"2"},"../up":{"pids.max":"3"},"/etc":{"pids.max":"4"},"a//b":{"pids.max":"5"},"a":{"cgroup.kill":"1"}}""");
        Assert.Equal([" pids.max=2"], Load());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"":{"pids.max":1}}""")]
    public void A_damaged_file_is_refused(string text)
    {
        Write(text);
        Assert.Equal(ErrorKind.DataLoss, Assert.Throws<CofferdamException>(() => SavedCgroups.Load(_images)).Kind);
    }

    [Fact]
    public void Without_the_file_there_are_none() => Assert.Empty(SavedCgroups.Load(_images));

    private void Make(string path, params (string File, string Text)[] files)
    {
        string cgroup = Directory.CreateDirectory(Path.Combine(_directory.Location, "cgroup", path)).FullName;
        foreach ((string file, string text) in files) File.WriteAllText(Path.Combine(cgroup, file), text);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(_directory.Location, "cgroups.json"), text);

    private IEnumerable<string> Load() => SavedCgroups.Load(_images).SelectMany(static c => c.Files, static (c, file) => $"{c.Path} {file.Key}={file.Value}");
}
