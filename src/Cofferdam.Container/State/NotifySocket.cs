using System.Text;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.State;

/// <summary>
/// The container's own sd_notify(3) socket, <c>notify/notify.sock</c> in the state directory, mounted at /run/notify. What
/// stands behind it passes the container's READY on to the host's socket, followed by MAINPID, so that a service manager
/// follows the container and not the runtime. The names are runc's.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    /// <summary>Where the container finds the directory.</summary>
    public const string MountPoint = "/run/notify";

    private const string DirectoryName = "notify";
    private const string FileName = "notify.sock";
    private const int DirectoryMode = 0x1ED;   // 0755
    private const int SocketMode = 0x1FF;      // 0777: the container's users write to it; the state directory keeps others out
    private const int LongestMessage = 4096;

    private readonly OwnedFd _socket;

    private NotifySocket(OwnedFd socket) => _socket = socket;

    /// <summary>The directory that is mounted into the container.</summary>
    public static string DirectoryIn(string stateDirectory) => $"{stateDirectory}/{DirectoryName}";

    /// <summary>Makes the directory that is mounted into the container.</summary>
    public static void MakeDirectory(StateLock held)
    {
        Files.Mkdir(held.Directory, DirectoryName, DirectoryMode);
        using OwnedFd directory = Files.OpenAt(held.Directory, DirectoryName, OpenFlags.Directory | OpenFlags.NoFollow);
        Files.Chmod(directory, DirectoryMode, DirectoryName);
    }

    /// <summary>The configuration with the mount, and with the variable that names the socket.</summary>
    public static RuntimeSpec AddTo(RuntimeSpec spec, string stateDirectory)
    {
        Mount mount = new()
        {
            Destination = MountPoint,
            Type = "bind",
            Source = DirectoryIn(stateDirectory),
            Options = ["bind", "nosuid", "noexec", "nodev", "ro"],
        };
        Process? process = spec.Process;
        if (process is not null) process = process with { Env = [.. process.Env, $"NOTIFY_SOCKET={MountPoint}/{FileName}"] };
        return spec with { Mounts = [.. spec.Mounts, mount], Process = process };
    }

    /// <summary>Opens the container's socket; null if the container was created without one.</summary>
    public static NotifySocket? Open(string stateDirectory)
    {
        string directory = DirectoryIn(stateDirectory);
        if (!Files.Exists(directory)) return null;
        string path = $"{directory}/{FileName}";
        Files.TryUnlink(path, out _);
        return new NotifySocket(UnixDatagrams.Bind(path, SocketMode));
    }

    /// <summary>
    /// Waits for READY and passes it on to <paramref name="hostSocket"/>; returns without it when init ends.
    /// </summary>
    /// <param name="hostSocket">The path in the runtime's NOTIFY_SOCKET; one that begins with "@" is abstract.</param>
    /// <param name="pid">Init's pid.</param>
    /// <param name="init">Its pidfd.</param>
    public void PassReadyOn(string hostSocket, int pid, OwnedFd init)
    {
        byte[] message = new byte[LongestMessage];
        while (true)
        {
            PollItem[] items = [new(_socket, PollEvents.Readable), new(init, PollEvents.Readable)];
            Poll.Wait(items);
            if (items[0].Ready == PollEvents.None) return;
            if (!Files.TryRead(_socket, message, out int length, out _)) continue;
            string? ready = FindReady(Encoding.UTF8.GetString(message, 0, length));
            if (ready is null) continue;
            UnixDatagrams.Send(hostSocket, Encoding.UTF8.GetBytes(ready + "\n"));
            UnixDatagrams.Send(hostSocket, Encoding.UTF8.GetBytes($"MAINPID={pid}"));
            return;
        }
    }

    /// <summary>The line of a message that says READY. Other lines are the container's word against the host's: dropped.</summary>
    internal static string? FindReady(string message)
    {
        foreach (string line in message.Split('\n'))
        {
            if (line.StartsWith("READY=", StringComparison.Ordinal)) return line;
        }

        return null;
    }

    public void Dispose() => _socket.Dispose();
}
