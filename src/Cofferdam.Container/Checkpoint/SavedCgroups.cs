using System.Text.Json;
using Cofferdam.Cgroups;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// The settings of a container's cgroups on cgroup v2, of which CRIU saves next to nothing. In a checkpoint they are
/// <c>cgroups.json</c>: the path below the container's cgroup, then file and text.
/// </summary>
internal static class SavedCgroups
{
    private const string FileName = "cgroups.json";
    private const int SizeLimit = 1 << 22;

    /// <summary>What a container can make any number of.</summary>
    private const int CountLimit = 1000;

    /// <param name="images">Where to.</param>
    /// <param name="directory">The container's cgroup.</param>
    /// <param name="warnings">Told when there are too many to save.</param>
    public static void Save(OwnedFd images, string directory, ICollection<string>? warnings)
    {
        IReadOnlyList<UnifiedSettings> cgroups = UnifiedTree.Read(directory, CountLimit);
        if (cgroups.Count == CountLimit) warnings?.Add($"cgroup '{directory}': of those below it {CountLimit} are saved with their settings");
        SavedFile.Write(images, FileName, json =>
        {
            json.WriteStartObject();
            foreach (UnifiedSettings cgroup in cgroups)
            {
                json.WriteStartObject(cgroup.Path);
                foreach ((string file, string value) in cgroup.Files) json.WriteString(file, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>
    /// Those of a checkpoint, parents first; none if it was made by another runtime, or on cgroup v1. Images are not trusted: what leads
    /// elsewhere, or is no setting, is left out.
    /// </summary>
    public static IReadOnlyList<UnifiedSettings> Load(OwnedFd images) => SavedFile.Read(images, FileName, SizeLimit, Parse, []);

    private static List<UnifiedSettings> Parse(byte[] text)
    {
        Utf8JsonReader json = new(text);
        List<UnifiedSettings> cgroups = [];
        string path = "";
        while (json.Read() && cgroups.Count <= CountLimit)
        {
            if (json.TokenType == JsonTokenType.PropertyName) path = json.GetString()!;
            if (json is not { TokenType: JsonTokenType.StartObject, CurrentDepth: 1 }) continue;
            Dictionary<string, string> files = ReadFiles(ref json);
            if (IsBelow(path)) cgroups.Add(new UnifiedSettings(path, files));
        }

        return cgroups;
    }

    private static Dictionary<string, string> ReadFiles(ref Utf8JsonReader json)
    {
        Dictionary<string, string> files = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string file = json.GetString()!;
            json.Read();
            string text = json.GetString()!;
            if (UnifiedTree.IsSetting(file)) files[file] = text;
        }

        return files;
    }

    private static bool IsBelow(string path) =>
        path.Length == 0 || !path.Contains('\0') && Array.TrueForAll(path.Split('/'), static name => name is not ("" or "." or ".."));
}
