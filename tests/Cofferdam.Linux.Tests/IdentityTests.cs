using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class IdentityTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/bash\n\n#comment\nbroken:x:1\nnobody:x:-2:1::/:/bin/sh\nuser:x:1000:1001:A, B:/home/user:\nlong:x:4294967295:1::/:\ntoo:x:4294967296:1::/:\nuser:x:2000:1:::\nempty:x::1:::";
    private const string Group = "root:x:0:\nwheel:x:10:root,user\nbad:x:ten:user\nusers:x:100:user, other\nagain:x:10:user\n";

    [Fact]
    public void Users_are_found_by_number_and_name()
    {
        Assert.Equal(new PasswdEntry("user", 1000, 1001, "/home/user", ""), UserDatabase.FindUser(Bytes(Passwd), 1000));
        Assert.Equal(1000u, UserDatabase.FindUser(Bytes(Passwd), "user")?.Uid);
        Assert.Equal("long", UserDatabase.FindUser(Bytes(Passwd), uint.MaxValue)?.Name);
        foreach (string name in new[] { "broken", "nobody", "too", "empty", "", "#comment", "absent" }) Assert.Null(UserDatabase.FindUser(Bytes(Passwd), name));
        Assert.Null(UserDatabase.FindUser([0xff, (byte)':', 0, (byte)'\n'], 0));
    }

    [Fact]
    public void Groups_and_memberships_are_found()
    {
        Assert.Equal("wheel", UserDatabase.FindGroup(Bytes(Group), 10)?.Name);
        Assert.Equal(100u, UserDatabase.FindGroup(Bytes(Group), "users")?.Gid);
        Assert.Equal([10u, 100u], UserDatabase.GroupsOf(Bytes(Group), "user"));
        Assert.Equal([100u], UserDatabase.GroupsOf(Bytes(Group), "other"));
        Assert.Empty(UserDatabase.GroupsOf(Bytes(Group), "nobody"));
    }

    [Fact]
    public void A_line_without_end_is_left_out()
    {
        string line = new string('a', 1 << 20) + ":x:5:5::/:\n";
        Assert.Null(UserDatabase.FindUser(Bytes(line), 5));
        Assert.Equal("b", UserDatabase.FindUser(Bytes(line + "b:x:5:5::/:"), 5)?.Name);
    }

    [Fact]
    public void Root_is_known_here() => Assert.Equal("root", UserDatabase.NameOf(0));

    [Fact]
    public void Subordinate_ranges_are_found_by_name_or_number()
    {
        const string text = "user:100000:65536\n1000:200000:10\nother:1:1\nuser:x:1\nuser:1\nuser:4294967295:2\nuser:5:0\n";
        Assert.Equal([new(100000, 65536), new(200000, 10)], SubordinateIds.Parse(text, 1000, "user"));
        Assert.Equal([new(200000, 10)], SubordinateIds.Parse(text, 1000, null));
        Assert.Empty(SubordinateIds.Parse(text, 7, "nobody"));
    }

    [Fact]
    public void Every_capability_name_is_read_back()
    {
        for (int bit = 0; bit <= Capabilities.LastKnown; bit++)
        {
            Assert.True(Capabilities.TryParse(Capabilities.Name(bit), out int parsed));
            Assert.Equal(bit, parsed);
        }

        Assert.False(Capabilities.TryParse("SYS_ADMIN", out _));
        Assert.False(Capabilities.TryParse("CAP_41", out _));
        Assert.InRange(Capabilities.LastCap, 38, 63);
        if (Processes.EffectiveUid == 0) Assert.NotEqual(0ul, Capabilities.ReadEffective() & 1);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
