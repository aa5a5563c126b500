using System.Text;
using System.Text.Json.Nodes;

namespace Cofferdam.Spec.Tests;

/// <summary>Changes one place of a JSON document.</summary>
internal static class JsonPatch
{
    /// <summary>A small valid configuration for the tests to spoil.</summary>
    public const string Small = """
        {"ociVersion":"1.3.0","process":{"args":["/bin/true"],"cwd":"/","user":{"uid":0,"gid":0}},"root":{"path":"rootfs"},
         "linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"uts"},{"type":"ipc"},{"type":"network"}]}}
        """;

    /// <summary>Sets a field by a path of names separated by slashes; missing objects on the way are made.</summary>
    public static string Set(string json, string path, string value)
    {
        JsonNode root = JsonNode.Parse(json)!;
        JsonNode node = root;
        string[] names = path.Split('/');
        foreach (string name in names[..^1])
        {
            if (node is JsonArray array) node = array[int.Parse(name)]!;
            else node = node[name] ?? (node[name] = new JsonObject());
        }
        JsonNode? replacement = JsonNode.Parse(value);
        if (node is JsonArray last) last[int.Parse(names[^1])] = replacement;
        else node[names[^1]] = replacement;
        return root.ToJsonString();
    }

    public static RuntimeSpec Read(string json) => SpecReader.ReadSpec(Encoding.UTF8.GetBytes(json), []);
}
