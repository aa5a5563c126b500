using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;
using Cofferdam.Spec;
using MountAttributes = Cofferdam.Linux.MountAttributes;

namespace Cofferdam.Containers;

/// <summary>Directories seen with other owners (mount_setattr(2) MOUNT_ATTR_IDMAP, Linux 5.12), for whoever prepares a root filesystem.</summary>
public static class IdMappedTrees
{
    /// <summary>A detached bind mount of a directory whose files have mapped owners; attach it with <see cref="Mounts.Attach"/>.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="recursive">With the mounts below it.</param>
    /// <param name="uids">Ids on disk (container ids) to ids that are seen (host ids).</param>
    /// <param name="gids">The same for groups.</param>
    /// <exception cref="LinuxException">EINVAL: the file system cannot be mapped, or is already.</exception>
    public static OwnedFd Clone(string path, bool recursive, IReadOnlyList<IdMapping> uids, IReadOnlyList<IdMapping> gids)
    {
        OwnedFd tree = Mounts.Clone(null, path, recursive);
        try
        {
            using OwnedFd userNamespace = IdMaps.MakeUserNamespace(uids, gids);
            Mounts.SetAttributes(tree, MountAttributes.IdMapped, MountAttributes.None, recursive, userNamespace: userNamespace, path: path);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }
}
