using System.IO.Hashing;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>
/// The socket a shim serves at: a file in a directory of root's, because a socket in the abstract namespace can be reached
/// from every container that shares the host's network (CVE-2020-15257).
/// </summary>
internal static class ShimSocket
{
    internal const string DefaultDirectory = "/run/containerd/s";

    private const string Scheme = "unix://";
    private const int DirectoryMode = 0x1C0;   // 0700
    private const int SocketMode = 0x180;      // 0600

    /// <summary>The address of the shim of a group of containers. Named by a hash, since a socket's path has room for 107 bytes.</summary>
    internal static string AddressOf(string directory, string containerdAddress, string containerdNamespace, string group)
    {
        byte[] name = Encoding.UTF8.GetBytes($"{containerdAddress}\0{containerdNamespace}\0{group}\0coffer");
        return $"{Scheme}{directory}/{Convert.ToHexStringLower(XxHash128.Hash(name))}";
    }

    /// <summary>Listens at an address, unless a shim does already: then null, and the container is for that one.</summary>
    internal static OwnedFd? ListenUnlessServed(string address)
    {
        string path = PathOf(address), directory = Path.GetDirectoryName(path)!;
        Files.MkdirAll(directory, DirectoryMode);
        using OwnedFd lockFile = Files.Open(directory, OpenFlags.Directory);
        // Two containers of a pod may start at once: what is bound must listen before the other one looks.
        Files.Lock(lockFile, path: directory);
        if (IsServed(path)) return null;
        Files.TryUnlink(path, out _);
        return UnixSockets.Listen(path, mode: SocketMode);
    }

    /// <summary>Removes the socket's file.</summary>
    internal static void Remove(string address)
    {
        if (!Files.TryUnlink(PathOf(address), out Errno errno) && errno != Errno.ENOENT) throw new LinuxException("unlink", errno, PathOf(address));
    }

    internal static string PathOf(string address) => address.StartsWith(Scheme, StringComparison.Ordinal) ? address[Scheme.Length..] : address;

    private static bool IsServed(string path)
    {
        try
        {
            UnixSockets.Connect(path).Dispose();
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.ECONNREFUSED or Errno.ENOENT)
        {
            // The rest of a shim that was killed, or nothing.
            return false;
        }
    }
}
