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
    private const int FileMode = 0x180;   // 0600
    private const int SizeLimit = 1 << 16;

    /// <summary>The three names of what a new container gets.</summary>
    public static IReadOnlyList<string> Read(StandardIo? io) => [NameOf(io?.Input, 0), NameOf(io?.Output, 1), NameOf(io?.Error, 2)];

    public static void Save(OwnedFd images, IReadOnlyList<string> names)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartArray();
            foreach (string name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        }

        AtomicFile.Write(images, FileName, text.ToArray(), FileMode);
    }

    /// <summary>The names in a checkpoint: at most three, none if the file is missing.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: the file is damaged.</exception>
    public static IReadOnlyList<string> Load(OwnedFd images)
    {
        if (!Files.TryOpenAt(images, FileName, OpenFlags.NoFollow, out OwnedFd? file, out _)) return [];
        using (file)
        {
            try
            {
                Utf8JsonReader json = new(Files.ReadAll(file, SizeLimit, FileName));
                List<string> names = [];
                // runc writes null for a container whose streams it does not know.
                while (json.Read() && names.Count < 3)
                    if (json.TokenType == JsonTokenType.String) names.Add(json.GetString()!);
                return names;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new CofferdamException(ErrorKind.DataLoss, $"'{FileName}' of the checkpoint is damaged", e);
            }
        }
    }

    private static string NameOf(OwnedFd? stream, int number) =>
        Files.TryReadLink($"/proc/self/fd/{stream?.Fd ?? number}", out string? name, out _) ? name : "";
}
