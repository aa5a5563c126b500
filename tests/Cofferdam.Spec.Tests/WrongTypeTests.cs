using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.Spec.Tests;

/// <summary>Every value of real configurations is replaced by values of each wrong type.</summary>
public sealed class WrongTypeTests
{
    [Theory]
    [InlineData("docker.json")]
    [InlineData("full.json")]
    public void A_value_of_the_wrong_type_is_refused_by_its_path(string file)
    {
        int tried = 0;
        JsonNode root = JsonNode.Parse(TestData.Read(file))!;
        foreach (var (path, node) in Walk(root, "").ToList())
        {
            foreach (string wrong in WrongValuesFor(node))
            {
                byte[] json = Replaced(root, node, wrong);
                var e = Assert.Throws<CofferdamException>(() => SpecReader.ReadSpec(json, []));
                Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
                Assert.StartsWith(path + ": must be ", e.Message, StringComparison.Ordinal);
                tried++;
            }
        }
        Assert.True(tried > 500);
    }

    [Theory]
    [InlineData("docker.json")]
    [InlineData("full.json")]
    public void Damaged_bytes_raise_nothing_but_a_Cofferdam_error(string file)
    {
        byte[] json = TestData.Read(file);
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = (byte[])json.Clone();
            for (int n = random.Next(1, 4); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 3 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                SpecValidator.Validate(SpecReader.ReadSpec(damaged, []));
            }
            catch (CofferdamException e)
            {
                Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static IEnumerable<string> WrongValuesFor(JsonNode node) => node switch
    {
        JsonObject => ["[]", "\"x\"", "1", "true"],
        JsonArray => ["{}", "\"x\"", "1", "false"],
        _ => node.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => ["{}", "[]", "1", "true"],
            System.Text.Json.JsonValueKind.Number => ["{}", "[]", "\"1\"", "true", "1.5", "99999999999999999999", "1e400"],
            _ => ["{}", "[]", "\"true\"", "1"],
        },
    };

    private static byte[] Replaced(JsonNode root, JsonNode node, string wrong)
    {
        if (ReferenceEquals(root, node)) return Encoding.UTF8.GetBytes(wrong);
        const string Mark = "@@replace-me@@";
        JsonNode mark = JsonValue.Create(Mark);
        node.ReplaceWith(mark);
        string text = root.ToJsonString().Replace($"\"{Mark}\"", wrong, StringComparison.Ordinal);
        mark.ReplaceWith(node);
        return Encoding.UTF8.GetBytes(text);
    }

    private static IEnumerable<(string Path, JsonNode Node)> Walk(JsonNode node, string path)
    {
        yield return (path.Length == 0 ? "document" : path, node);
        if (node is JsonObject o)
        {
            foreach (var (name, child) in o)
            {
                bool plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
                string field = plain ? (path.Length == 0 ? name : $"{path}.{name}") : $"{path}['{name}']";
                foreach (var inner in Walk(child!, field)) yield return inner;
            }
        }
        if (node is JsonArray a)
        {
            for (int i = 0; i < a.Count; i++)
            {
                foreach (var inner in Walk(a[i]!, $"{path}[{i}]")) yield return inner;
            }
        }
    }
}
