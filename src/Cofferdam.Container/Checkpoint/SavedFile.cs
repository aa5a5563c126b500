using System.Text.Json;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>A JSON file that we keep beside CRIU's images, for what CRIU does not save.</summary>
internal static class SavedFile
{
    private const int FileMode = 0x180;   // 0600

    public static void Write(OwnedFd images, string name, Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text)) write(json);
        AtomicFile.Write(images, name, text.ToArray(), FileMode);
    }

    /// <summary>What <paramref name="parse"/> makes of the file; <paramref name="missing"/> without it, as in checkpoints of other runtimes.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: the file is damaged.</exception>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    public static T Read<T>(OwnedFd images, string name, int sizeLimit, Func<byte[], T> parse, T missing)
    {
        if (!Files.TryOpenAt(images, name, OpenFlags.NoFollow, out OwnedFd? file, out Errno errno))
            return errno == Errno.ENOENT ? missing : throw new LinuxException("open", errno, name);
        using (file)
        {
            try
            {
                return parse(Files.ReadAll(file, sizeLimit, name));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                throw new CofferdamException(ErrorKind.DataLoss, $"'{name}' of the checkpoint is damaged", e);
            }
        }
    }
}
