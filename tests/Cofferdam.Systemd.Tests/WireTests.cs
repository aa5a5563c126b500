using Cofferdam.DBus;

namespace Cofferdam.Systemd.Tests;

public sealed class WireTests
{
    [Fact]
    public void Values_are_aligned_and_counted()
    {
        Assert.Equal("01" + "000000" + "04030201" + "07" + "00000000000000" + "8877665544332211", Bytes(
            DBusValue.Number('y', 1), DBusValue.Of(0x01020304u), DBusValue.Number('y', 7), DBusValue.Of(0x1122334455667788ul)));
        Assert.Equal("02000000" + "6869" + "00" + "00" + "01000000", Bytes(DBusValue.Of("hi"), DBusValue.Of(true)));
        // The padding before an array's first element is not in its length, and is there without elements.
        Assert.Equal("08000000" + "00000000" + "0500000000000000", Bytes(DBusValue.Array("t", DBusValue.Of(5ul))));
        Assert.Equal("00000000" + "00000000", Bytes(DBusValue.Array("t")));
        Assert.Equal("017500" + "00" + "09000000", Bytes(DBusValue.Variant(DBusValue.Of(9u))));
    }

    [Fact]
    public void A_property_looks_as_systemd_expects_it()
    {
        DBusValue property = DBusValue.Array("(sv)", DBusValue.Struct(DBusValue.Of("TasksMax"), DBusValue.Variant(DBusValue.Of(10ul))));
        Assert.Equal(
            "18000000" + "00000000" // 24 bytes of elements, which begin at 8
            + "08000000" + "5461736b734d6178" + "00" // "TasksMax"
            + "01" + "74" + "00" // a variant of type t, whose value is already at a multiple of 8
            + "0a00000000000000",
            Bytes(property));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        DBusValue[] values =
        [
            DBusValue.Number('n', unchecked((ulong)-2)),
            DBusValue.Of(0.5),
            DBusValue.Of("grün"),
            DBusValue.String('o', "/a/b"),
            DBusValue.String('g', "a(sv)"),
            DBusValue.Bytes([1, 2, 3]),
            DBusValue.Array("{sv}", DBusValue.Entry(DBusValue.Of("k"), DBusValue.Variant(DBusValue.Of(false)))),
            DBusValue.Struct(DBusValue.Of("x"), DBusValue.Array("as", DBusValue.Array("s", DBusValue.Of("y")))),
        ];
        DBusMessage sent = DBusMessage.Call("a.b", "/c", "d.e", "F", values) with { Serial = 5 };
        DBusMessage read = DBusMessage.Parse(sent.ToBytes());
        Assert.Equal(("a.b", "/c", "d.e", "F", 5u), (read.Destination, read.Path, read.Interface, read.Member, read.Serial));
        string signature = DBusValue.Signatures(values);
        Assert.Equal("ndsogaya{sv}(saas)", signature);
        Assert.Equal(string.Join(' ', (object[])values), string.Join(' ', read.Read(signature)));
        Assert.Throws<CofferdamException>(() => read.Read("s"));
    }

    [Fact]
    public void Big_endian_is_read()
    {
        // An error, number 1, to call 2, of name "a.B".
        byte[] message = Convert.FromHexString(
            "42030001" + "00000000" + "00000001" + "00000014" + "05017500" + "00000002" + "04017300" + "00000003" + "612e4200" + "00000000");
        DBusMessage read = DBusMessage.Parse(message);
        Assert.Equal((DBusMessageType.Error, 2u, "a.B"), (read.Type, read.ReplySerial, read.ErrorName));
    }

    // Whatever a peer sends, the answer is a message or our own exception.
    [Fact]
    public void Damaged_messages_are_refused_or_read()
    {
        byte[] good = (DBusMessage.Call("a.b", "/c", "d.e", "F", DBusValue.Of("text"), DBusValue.Array("(sv)",
            DBusValue.Struct(DBusValue.Of("n"), DBusValue.Variant(DBusValue.Array("au", DBusValue.Array("u", DBusValue.Of(1u))))))) with { Serial = 5 }).ToBytes();
        Random random = new(20);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int i = random.Next(1, 4); i > 0; i--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                if (DBusMessage.Length(bad) != bad.Length) continue;
                DBusMessage.Parse(bad).Read("sa(sv)");
            }
            catch (CofferdamException e)
            {
                Assert.Equal(ErrorKind.DataLoss, e.Kind);
            }
        }
    }

    [Fact]
    public void Giants_are_refused()
    {
        byte[] header = Convert.FromHexString("6c020001" + "ffffff7f" + "01000000" + "00000000");
        Assert.Throws<CofferdamException>(() => DBusMessage.Length(header));
        header = Convert.FromHexString("6c020001" + "00000000" + "01000000" + "ffffffff");
        Assert.Throws<CofferdamException>(() => DBusMessage.Length(header));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a(sv)", true)]
    [InlineData("a{sv}", true)]
    [InlineData("((((i))))", true)]
    [InlineData("a", false)]
    [InlineData("()", false)]
    [InlineData("(s", false)]
    [InlineData("{sv}", false)]
    [InlineData("a{vs}", false)]
    [InlineData("a{sss}", false)]
    [InlineData("z", false)]
    public void Signatures_are_checked(string signature, bool isValid) => Assert.Equal(isValid, DBusSignature.IsValid(signature));

    [Fact]
    public void Deep_types_are_refused()
    {
        Assert.True(DBusSignature.IsValid(new string('a', 32) + "i"));
        Assert.False(DBusSignature.IsValid(new string('a', 33) + "i"));
        Assert.False(DBusSignature.IsValid(new string('(', 33) + "i" + new string(')', 33)));
    }

    // A variant in a variant in a variant: 200 of them fit few bytes and would go as deep.
    [Fact]
    public void Deep_values_are_refused()
    {
        DBusValue value = DBusValue.Of(1u);
        for (int i = 0; i < 200; i++) value = DBusValue.Variant(value);
        DBusMessage deep = DBusMessage.Parse((DBusMessage.Call("a", "/", "b.c", "D", value) with { Serial = 1 }).ToBytes());
        Assert.Contains("nested too deep", Assert.Throws<CofferdamException>(() => deep.Read("v")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:path=/run/bus", "/run/bus")]
    [InlineData("unix:path=/a%20b%2fc,guid=12", "/a b/c")]
    [InlineData("unix:abstract=/tmp/x;unix:path=/y", "@/tmp/x /y")]
    [InlineData("tcp:host=localhost;unix:path=/y", "/y")]
    [InlineData("unix:runtime=yes", "/run/user/7/bus")]
    public void Addresses_are_read(string address, string sockets) => Assert.Equal(sockets, string.Join(' ', DBusAddress.Sockets(address, "/run/user/7")));

    [Theory]
    [InlineData("/run/bus")]
    [InlineData("unix:path")]
    [InlineData("unix:path=%4")]
    [InlineData("unix:path=%zz")]
    public void What_is_no_address_is_refused(string address) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CofferdamException>(() => DBusAddress.Sockets(address, null)).Kind);

    private static string Bytes(params DBusValue[] values)
    {
        DBusWriter writer = new();
        foreach (DBusValue value in values) writer.Value(value);
        return Convert.ToHexStringLower(writer.Written);
    }
}
