using System.Text.Json;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// What the standard streams of a container's program were when it was made, as /proc names them ("pipe:[4711]"). A restore
/// puts its own in their place. In a checkpoint they are <c>descriptors.json</c>, as runc writes and reads it.
/// </summary>
internal static class StreamNames
{
    private const string FileName = "descriptors.json";
    private const int SizeLimit = 1 << 16;

    /// <summary>The three names of what a new container gets.</summary>
    public static IReadOnlyList<string> Read(StandardIo? io) => [NameOf(io?.Input, 0), NameOf(io?.Output, 1), NameOf(io?.Error, 2)];

    public static void Save(OwnedFd images, IReadOnlyList<string> names) => SavedFile.Write(images, FileName, json =>
    {
        json.WriteStartArray();
        foreach (string name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    });

    /// <summary>The names in a checkpoint: at most three, none if the file is missing.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: the file is damaged.</exception>
    public static IReadOnlyList<string> Load(OwnedFd images) => SavedFile.Read(images, FileName, SizeLimit, Parse, []);

    private static List<string> Parse(byte[] text)
    {
        Utf8JsonReader json = new(text);
        List<string> names = [];
        // runc writes null for a container whose streams it does not know.
        while (json.Read() && names.Count < 3)
            if (json.TokenType == JsonTokenType.String) names.Add(json.GetString()!);
        return names;
    }

    private static string NameOf(OwnedFd? stream, int number) =>
        Files.TryReadLink($"/proc/self/fd/{stream?.Fd ?? number}", out string? name, out _) ? name : "";
}
