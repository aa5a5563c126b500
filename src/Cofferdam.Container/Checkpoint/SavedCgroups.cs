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
    private const int FileMode = 0x180;   // 0600
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
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            foreach (UnifiedSettings cgroup in cgroups)
            {
                json.WriteStartObject(cgroup.Path);
                foreach ((string file, string value) in cgroup.Files) json.WriteString(file, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        AtomicFile.Write(images, FileName, text.ToArray(), FileMode);
    }

    /// <summary>
    /// Those of a checkpoint, parents first; none if it was made by another runtime, or on cgroup v1. Images are not trusted: what leads
    /// elsewhere, or is no setting, is left out.
    /// </summary>
    public static IReadOnlyList<UnifiedSettings> Load(OwnedFd images)
    {
        if (!Files.TryOpenAt(images, FileName, OpenFlags.NoFollow, out OwnedFd? file, out _)) return [];
        using (file)
        {
            try
            {
                Utf8JsonReader json = new(Files.ReadAll(file, SizeLimit, FileName));
                List<UnifiedSettings> cgroups = [];
                string path = "";
                while (json.Read() && cgroups.Count <= CountLimit)
                {
                    if (json.TokenType == JsonTokenType.PropertyName) path = json.GetString()!;
                    else if (json is { TokenType: JsonTokenType.StartObject, CurrentDepth: 1 } && new UnifiedSettings(path, ReadFiles(ref json)) is var cgroup && IsBelow(path))
                        cgroups.Add(cgroup);
                }

                return cgroups;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new CofferdamException(ErrorKind.DataLoss, $"'{FileName}' of the checkpoint is damaged", e);
            }
        }
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
