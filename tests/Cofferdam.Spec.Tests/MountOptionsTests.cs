using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class MountOptionsTests
{
    [Fact]
    public void Attributes_of_the_mount_are_set()
    {
        ParsedMountOptions o = MountOptions.Parse(["ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow"]);
        Assert.Equal(0x1UL | 0x2 | 0x4 | 0x8 | 0x80 | 0x200000, o.SetAttributes);
        Assert.Equal(0UL, o.ClearAttributes);
    }

    [Fact]
    public void Their_contraries_clear_them()
    {
        ParsedMountOptions o = MountOptions.Parse(["rw", "suid", "dev", "exec", "diratime", "symfollow"]);
        Assert.Equal(0UL, o.SetAttributes);
        Assert.Equal(0x1UL | 0x2 | 0x4 | 0x8 | 0x80 | 0x200000, o.ClearAttributes);
    }

    [Fact]
    public void The_later_of_two_contrary_options_wins()
    {
        Assert.Equal(MountAttributes.ReadOnly, MountOptions.Parse(["rw", "ro"]).SetAttributes);
        ParsedMountOptions o = MountOptions.Parse(["ro", "nosuid", "rw"]);
        Assert.Equal(MountAttributes.NoSuid, o.SetAttributes);
        Assert.Equal(MountAttributes.ReadOnly, o.ClearAttributes);
    }

    [Theory]
    [InlineData("noatime", MountAttributes.NoAccessTime)]
    [InlineData("relatime", 0UL)]
    [InlineData("strictatime", MountAttributes.StrictAccessTime)]
    [InlineData("atime", 0UL)]
    [InlineData("nostrictatime", 0UL)]
    [InlineData("noatime,relatime", 0UL)]
    [InlineData("noatime,strictatime", MountAttributes.StrictAccessTime)]
    [InlineData("noatime,atime", 0UL)]
    [InlineData("strictatime,atime", MountAttributes.StrictAccessTime)]
    [InlineData("noatime,nostrictatime", MountAttributes.NoAccessTime)]
    [InlineData("strictatime,nostrictatime", 0UL)]
    public void An_access_time_option_clears_the_whole_field(string options, ulong value)
    {
        ParsedMountOptions o = MountOptions.Parse(options.Split(','));
        Assert.Equal(value, o.SetAttributes);
        Assert.Equal(MountAttributes.AccessTimeMask, o.ClearAttributes);
    }

    [Theory]
    [InlineData("norelatime")]
    [InlineData("rnorelatime")]
    [InlineData("defaults")]
    [InlineData("")]
    public void Options_without_effect_change_nothing(string option)
    {
        ParsedMountOptions o = MountOptions.Parse([option]);
        Assert.Equal(0UL, o.SetAttributes | o.ClearAttributes | o.RecursiveSet | o.RecursiveClear);
        Assert.Empty(o.Data);
    }

    [Theory]
    [InlineData("rro", MountAttributes.ReadOnly, 0UL)]
    [InlineData("rrw", 0UL, MountAttributes.ReadOnly)]
    [InlineData("rnosuid", MountAttributes.NoSuid, 0UL)]
    [InlineData("rsuid", 0UL, MountAttributes.NoSuid)]
    [InlineData("rnodev", MountAttributes.NoDev, 0UL)]
    [InlineData("rdev", 0UL, MountAttributes.NoDev)]
    [InlineData("rnoexec", MountAttributes.NoExec, 0UL)]
    [InlineData("rexec", 0UL, MountAttributes.NoExec)]
    [InlineData("rnodiratime", MountAttributes.NoDirectoryAccessTime, 0UL)]
    [InlineData("rdiratime", 0UL, MountAttributes.NoDirectoryAccessTime)]
    [InlineData("rrelatime", 0UL, MountAttributes.AccessTimeMask)]
    [InlineData("rnoatime", MountAttributes.NoAccessTime, MountAttributes.AccessTimeMask)]
    [InlineData("ratime", 0UL, MountAttributes.AccessTimeMask)]
    [InlineData("rstrictatime", MountAttributes.StrictAccessTime, MountAttributes.AccessTimeMask)]
    [InlineData("rnostrictatime", 0UL, MountAttributes.AccessTimeMask)]
    [InlineData("rnosymfollow", MountAttributes.NoSymlinks, 0UL)]
    [InlineData("rsymfollow", 0UL, MountAttributes.NoSymlinks)]
    public void The_r_forms_are_recursive(string option, ulong set, ulong clear)
    {
        ParsedMountOptions o = MountOptions.Parse([option]);
        Assert.Equal((set, clear), (o.RecursiveSet, o.RecursiveClear));
        Assert.Equal(0UL, o.SetAttributes | o.ClearAttributes);
    }

    [Fact]
    public void Options_of_the_filesystem_are_kept_apart()
    {
        ParsedMountOptions o = MountOptions.Parse(["sync", "dirsync", "mand", "lazytime", "silent", "iversion", "acl"]);
        Assert.Equal(0x10u | 0x80 | 0x40 | 0x2000000 | 0x8000 | 0x800000 | 0x10000, (uint)o.SuperFlags);
        o = MountOptions.Parse(["sync", "rasync", "lazytime", "nolazytime", "loud", "noiversion", "nomand", "noacl"]);
        Assert.Equal(SuperblockFlags.None, o.SuperFlags);
        Assert.Equal(0x10u | 0x40 | 0x2000000 | 0x8000 | 0x800000 | 0x10000, (uint)o.ClearSuperFlags);
    }

    [Fact]
    public void Propagation_keeps_its_order()
    {
        Assert.Equal([(1UL << 19) | 0x4000, 1UL << 20], MountOptions.Parse(["rslave", "shared"]).PropagationFlags);
        Assert.Equal([1UL << 18, (1UL << 17) | 0x4000], MountOptions.Parse(["private", "runbindable"]).PropagationFlags);
    }

    [Fact]
    public void Binds_and_extensions_are_told_apart()
    {
        ParsedMountOptions o = MountOptions.Parse(["rbind", "remount", "tmpcopyup", "copy-symlink", "src-nofollow", "dest-nofollow", "ridmap"]);
        Assert.True(o is { Bind: true, RecursiveBind: true, Remount: true, TmpCopyUp: true, CopySymlink: true });
        Assert.True(o is { SourceNoFollow: true, DestinationNoFollow: true, IdMap: true, RecursiveIdMap: true });
        o = MountOptions.Parse(["bind", "idmap"]);
        Assert.True(o is { Bind: true, RecursiveBind: false, IdMap: true, RecursiveIdMap: false, TmpCopyUp: false });
    }

    [Fact]
    public void What_is_not_in_the_table_belongs_to_the_filesystem()
    {
        Assert.Equal(["mode=755", "size=65536k", "newinstance", "r"], MountOptions.Parse(["mode=755", "size=65536k", "nosuid", "newinstance", "r"]).Data);
    }

    [Fact]
    public void Ranges_can_stand_in_the_idmap_option()
    {
        ParsedMountOptions o = MountOptions.Parse(["idmap=uids=0-1-10#@10-11-10;gids=0-100-10"]);
        Assert.True(o is { IdMap: true, RecursiveIdMap: false });
        Assert.Equal([new() { Mapping = Map(0, 1, 10) }, new() { Mapping = Map(10, 11, 10), Relative = true }], o.IdMapUids);
        Assert.Equal([new() { Mapping = Map(0, 100, 10) }], o.IdMapGids);
    }

    private static IdMapping Map(uint inside, uint host, uint size) => new() { ContainerId = inside, HostId = host, Size = size };

    [Theory]
    [InlineData("idmap=")]
    [InlineData("idmap=uids=")]
    [InlineData("idmap=uids=1-2")]
    [InlineData("idmap=uids=1-2-3-4")]
    [InlineData("idmap=uids=1--2-3")]
    [InlineData("idmap=uids=+1-2-3")]
    [InlineData("idmap=uids=4294967296-2-3")]
    [InlineData("idmap=pids=1-2-3")]
    [InlineData("idmap=uids=1-2-3;")]
    public void A_malformed_idmap_option_is_refused(string option)
    {
        var e = Assert.Throws<CofferdamException>(() => MountOptions.Parse(["ro", option], "mounts[3].options"));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.StartsWith("mounts[3].options[1]: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_known_option_is_in_the_table_and_sorted()
    {
        Assert.Equal(MountOptions.Known.Order(StringComparer.Ordinal).Distinct(), MountOptions.Known);
        foreach (string option in MountOptions.Known) Assert.Empty(MountOptions.Parse([option]).Data);
    }

    [Fact]
    public void Every_option_the_specification_names_is_known()
    {
        string spec = "async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime "
            + "noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime "
            + "relatime remount rexec rnoatime rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate "
            + "rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime suid "
            + "symfollow sync tmpcopyup unbindable idmap ridmap rnodev";
        Assert.Empty(spec.Split(' ').Except(MountOptions.Known));
    }
}
