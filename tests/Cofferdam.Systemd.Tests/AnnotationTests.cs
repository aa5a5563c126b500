using Cofferdam.Cgroups.Systemd;
using Cofferdam.DBus;

namespace Cofferdam.Systemd.Tests;

public sealed class AnnotationTests
{
    [Theory]
    [InlineData("true", "b true")]
    [InlineData("'text'", "s 'text'")]
    [InlineData("\"it's\"", "s 'it's'")]
    [InlineData(@"'a\'b\n\u00e9'", "s 'a'b\né'")]
    [InlineData("5", "i 5")]
    [InlineData("-5", "i -5")]
    [InlineData("0x1F", "i 31")]
    [InlineData("017", "i 15")]
    [InlineData("1.5", "d 1.5")]
    [InlineData("1e3", "d 1000")]
    [InlineData("uint64 18446744073709551615", "t 18446744073709551615")]
    [InlineData("@t 7", "t 7")]
    [InlineData("int64 -9223372036854775808", "x -9223372036854775808")]
    [InlineData("byte 0xff", "y 255")]
    [InlineData("double 2", "d 2")]
    [InlineData("objectpath '/a'", "o '/a'")]
    [InlineData("['a', 'b']", "as ['a', 'b']")]
    [InlineData("[1, 2, ]", "ai [1, 2]")]
    [InlineData("[uint32 1, 2]", "au [1, 2]")]
    [InlineData("[1, uint32 2]", "au [1, 2]")]
    [InlineData("@au []", "au []")]
    [InlineData("[1, 2.5]", "ad [1, 2.5]")]
    [InlineData("('a', uint64 5)", "(st) ('a', 5)")]
    [InlineData("[('/dev/null', 'rw')]", "a(ss) [('/dev/null', 'rw')]")]
    [InlineData("[('a', <uint32 1>)]", "a(sv) [('a', <u 1>)]")]
    [InlineData(@"b'a\101'", "ay [97, 65, 0]")]
    [InlineData("  [ [ 1 ] ]  ", "aai [[1]]")]
    public void Text_of_GVariant_becomes_a_value(string text, string expected)
    {
        DBusValue value = GVariantText.Parse(text);
        Assert.Equal(expected, $"{value.Signature} {value}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("'open")]
    [InlineData("[1, 'a']")]
    [InlineData("[]")]
    [InlineData("()")]
    [InlineData("[1")]
    [InlineData("1 2")]
    [InlineData("@z 1")]
    [InlineData("@(i 1")]
    [InlineData("uint32 -1")]
    [InlineData("byte 256")]
    [InlineData("5000000000")]
    [InlineData("int64 9223372036854775808")]
    [InlineData("0xg")]
    [InlineData("uint32 'a'")]
    [InlineData("uint32 1.5")]
    [InlineData("@as [1]")]
    [InlineData("<1, 2>")]
    [InlineData("{'a': 1}")]
    [InlineData("'\\u0000'")]
    [InlineData("@(ss) ('a',)")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]")]
    public void Other_text_is_refused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CofferdamException>(() => GVariantText.Parse(text)).Kind);

    [Theory]
    [InlineData("TimeoutStopUSec", "uint64 5", "TimeoutStopUSec t 5")]
    [InlineData("TimeoutStopSec", "5", "TimeoutStopUSec t 5000000")]
    [InlineData("TimeoutStopSec", "uint64 5", "TimeoutStopUSec t 5000000")]
    [InlineData("TimeoutStopSec", "0.25", "TimeoutStopUSec t 250000")]
    [InlineData("CollectMode", "'inactive-or-failed'", "CollectMode s 'inactive-or-failed'")]
    [InlineData("XXSec", "1", "XXSec i 1")]
    public void An_annotation_is_a_property(string name, string text, string expected) =>
        Assert.Equal(expected, Read("org.systemd.property." + name, text));

    [Theory]
    [InlineData("After-x", "true")]
    [InlineData("", "true")]
    [InlineData("A1b", "true")]
    [InlineData("Ünit", "true")]
    [InlineData("TimeoutStopSec", "'5'")]
    [InlineData("TimeoutStopSec", "-1")]
    [InlineData("TimeoutStopSec", "uint64 18446744073709551615")]
    [InlineData("TimeoutStopSec", "nan")]
    [InlineData("Tasks", "ten")]
    public void A_bad_annotation_is_named(string name, string text)
    {
        CofferdamException e = Assert.Throws<CofferdamException>(() => Read("org.systemd.property." + name, text));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.StartsWith($"annotations['org.systemd.property.{name}']: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_annotations_are_not_ours() => Assert.Empty(PropertyAnnotations.Read(new Dictionary<string, string> { ["org.systemd"] = "x" }));

    private static string Read(string key, string text) =>
        Assert.Single(PropertyAnnotations.Read(new Dictionary<string, string> { [key] = text })).ToString();
}
