using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Mount points below a root file system, which may be hostile: every step of a path stays inside.</summary>
internal static class MountPoints
{
    private const int DirectoryMode = 0x1ED;   // 0755
    private const int FileMode = 0x1A4;        // 0644
    private const ResolveFlags Inside = ResolveFlags.InRoot | ResolveFlags.NoMagicLinks;

    /// <summary>Opens what the path leads to, and makes what is missing of it.</summary>
    public static OwnedFd Ensure(OwnedFd root, string path, bool isDirectory)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        OwnedFd parent = Files.OpenAt2(root, "/", OpenFlags.Path | OpenFlags.Directory, Inside);
        for (int i = 0; i < parts.Length; i++)
        {
            string reached = "/" + string.Join('/', parts[..(i + 1)]);
            OwnedFd next;
            using (parent)
            {
                if (!Files.TryOpenAt2(root, reached, OpenFlags.Path, Inside, out OwnedFd? there, out Errno errno))
                {
                    if (errno != Errno.ENOENT) throw new LinuxException("openat2", errno, reached);
                    Make(parent, parts[i], isDirectory || i < parts.Length - 1);
                    there = Files.OpenAt2(root, reached, OpenFlags.Path, Inside);
                }

                next = there;
            }

            parent = next;
        }

        return parent;
    }

    /// <summary>The path of an open file, relative to the root.</summary>
    public static string PathInside(string rootPath, OwnedFd file)
    {
        string path = Files.ReadLink(file.ProcPath);
        if (rootPath == "/") return path;
        return MountTable.IsAtOrBelow(path, rootPath) && path.Length > rootPath.Length ? path[rootPath.Length..] : "/";
    }

    private static void Make(OwnedFd parent, string name, bool isDirectory)
    {
        if (isDirectory) Files.Mkdir(parent, name, DirectoryMode);
        else Files.Mknod(parent, name, FileType.Regular, FileMode);
    }
}
