using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class MountTableTests
{
    [Fact]
    public void A_line_is_read_field_by_field()
    {
        MountInfo mount = Assert.Single(Parse("36 35 98:12 /mnt1 /mnt2 rw,noatime shared:7 master:1 - ext3 /dev/root rw,errors=continue\n"));
        Assert.Equal(new MountInfo(36, 35, 98, 12, "/mnt1", "/mnt2", "rw,noatime", "shared:7 master:1", "ext3", "/dev/root", "rw,errors=continue"), mount);
        Assert.True(mount.IsShared);
        Assert.True(mount.HasSuperOption("errors=continue"));
        Assert.False(mount.HasSuperOption("errors"));
    }

    [Fact]
    public void Octal_escapes_are_undone_once()
    {
        MountInfo mount = Assert.Single(Parse(@"1 0 0:1 / /a\040b\011c\012d\134040e rw - tmpfs so\043urce rw"));
        Assert.Equal("/a b\tc\nd\\040e", mount.MountPoint);
        Assert.Equal("so#urce", mount.Source);
        Assert.False(mount.IsShared);
    }

    [Theory]
    [InlineData(@"/ends\04", @"/ends\04")]
    [InlineData(@"/not\999octal", @"/not\999octal")]
    [InlineData(@"/high\400", @"/high\400")]
    [InlineData(@"/utf\303\244", "/utfä")]
    public void What_is_no_escape_stays(string escaped, string expected) =>
        Assert.Equal(expected, Assert.Single(Parse($"1 0 0:1 / {escaped} rw - tmpfs none rw")).MountPoint);

    [Fact]
    public void An_empty_source_does_not_shift_the_options() =>
        Assert.Equal(("tmpfs", "", "rw,size=1"), Assert.Single(Parse("1 0 0:1 / /m rw - tmpfs  rw,size=1")) is { } m ? (m.FsType, m.Source, m.SuperOptions) : default);

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("1 0 0:1 / /m rw shared:1 tmpfs none rw")]
    [InlineData("1 0 01 / /m rw - tmpfs none rw")]
    [InlineData("x 0 0:1 / /m rw - tmpfs none rw")]
    [InlineData("1 0 0:1 / /m rw - tmpfs")]
    public void A_malformed_line_is_left_out_and_hides_no_other(string line)
    {
        MountInfo mount = Assert.Single(Parse(line + "\n2 1 0:2 / /good rw - proc proc rw\n"));
        Assert.Equal("/good", mount.MountPoint);
    }

    [Fact]
    public void The_last_mount_at_the_deepest_point_holds_a_path()
    {
        IReadOnlyList<MountInfo> mounts = Parse("1 0 0:1 / / rw - a a rw\n2 1 0:2 / /var rw - b b rw\n3 1 0:3 / /var/lib rw - c c rw\n4 3 0:4 / /var/lib rw - d d rw\n");
        Assert.Equal(4, MountTable.Containing(mounts, "/var/lib/x")!.Id);
        Assert.Equal(4, MountTable.Containing(mounts, "/var/lib")!.Id);
        Assert.Equal(2, MountTable.Containing(mounts, "/var/library")!.Id);
        Assert.Equal(1, MountTable.Containing(mounts, "/various")!.Id);
        Assert.Null(MountTable.Containing([], "/"));
    }

    [Fact]
    public void Our_own_table_has_proc()
    {
        Assert.Contains(MountTable.ReadSelf(), m => m is { MountPoint: "/proc", FsType: "proc" });
        Assert.Equal(MountTable.ReadSelf().Count, MountTable.Read(Processes.CurrentId).Count);
    }

    private static IReadOnlyList<MountInfo> Parse(string text) => MountTable.Parse(Encoding.UTF8.GetBytes(text));
}
