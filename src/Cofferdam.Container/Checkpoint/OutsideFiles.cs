using System.Text.Json;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// Files from outside that a container holds open: a log that its output was redirected to, or the host's /dev/null. CRIU
/// refuses them unless it is told which they are. In a checkpoint they are <c>coffer.json</c>.
/// </summary>
internal static class OutsideFiles
{
    private const string FileName = "coffer.json";
    private const int SizeLimit = 1 << 16;

    /// <summary>Looks through the descriptors of the processes.</summary>
    /// <param name="pids">All processes of the container.</param>
    /// <param name="mounts">Its mounts.</param>
    /// <param name="streams">See <see cref="StreamNames"/>: only files that it was given as such have a place at a restore.</param>
    public static IReadOnlyList<OutsideFile> Find(IReadOnlyList<int> pids, IReadOnlyList<MountInfo> mounts, IReadOnlyList<string> streams)
    {
        HashSet<ulong> inside = [.. mounts.Select(static mount => (ulong)mount.Id)];
        List<OutsideFile> found = [];
        foreach (int pid in pids)
        {
            string directory = ProcFs.PathOf(pid, "fd");
            foreach (DirectoryEntry entry in ReadDescriptors(directory))
            {
                if (Describe($"{directory}/{entry.Name}", inside, streams) is { } file && !found.Contains(file)) found.Add(file);
            }
        }

        return found;
    }

    public static void Save(OwnedFd images, IReadOnlyList<OutsideFile> files) => SavedFile.Write(images, FileName, json =>
    {
        json.WriteStartObject();
        foreach (OutsideFile file in files) json.WriteNumber(file.Key, file.Stream);
        json.WriteEndObject();
    });

    /// <summary>The files of a checkpoint; none if another runtime made it. Images are not trusted: a place other than a stream is no place.</summary>
    public static IReadOnlyList<OutsideFile> Load(OwnedFd images) => SavedFile.Read(images, FileName, SizeLimit, Parse, []);

    private static List<OutsideFile> Parse(byte[] text)
    {
        Utf8JsonReader json = new(text);
        List<OutsideFile> files = [];
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            string key = json.GetString()!;
            json.Read();
            int stream = json.GetInt32();
            if (stream is >= OutsideFile.NullDevice and <= 2) files.Add(new OutsideFile(key, stream));
        }

        return files;
    }

    private static OutsideFile? Describe(string descriptor, HashSet<ulong> inside, IReadOnlyList<string> streams)
    {
        if (!Files.TryReadLink(descriptor, out string? path, out _) || !path.StartsWith('/')) return null;
        if (!Files.TryStat(descriptor, out FileStatus status, out _) || inside.Contains(status.MountId)) return null;
        string key = $"file[{status.MountId:x}:{status.Inode:x}]";
        if (status is { Type: FileType.CharacterDevice, DeviceMajor: 1, DeviceMinor: 3 }) return new OutsideFile(key, OutsideFile.NullDevice);
        if (status.Type != FileType.Regular) return null;
        for (int i = 0; i < streams.Count; i++)
        {
            if (streams[i] == path) return new OutsideFile(key, i);
        }

        return null;
    }

    private static IReadOnlyList<DirectoryEntry> ReadDescriptors(string directory)
    {
        try
        {
            return Files.ReadDirectory(directory);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            // The process has ended.
            return [];
        }
    }
}
