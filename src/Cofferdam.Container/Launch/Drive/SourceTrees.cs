using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// Sources of bind mounts, as detached clones. An id map needs CAP_SYS_ADMIN over the file system's own user namespace, which
/// init may have left.
/// </summary>
internal static class SourceTrees
{
    /// <summary>Clones the source that init may not reach.</summary>
    public static OwnedFd Clone(SourceTreeRequest request)
    {
        OwnedFd tree = Mounts.Clone(null, request.Path, request.Recursive, followLinks: !request.NoFollow);
        try
        {
            Map(request, tree);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Maps the ids of a clone, if that is asked for.</summary>
    public static void Map(SourceTreeRequest request, OwnedFd tree)
    {
        if (request.UidMappings.Count == 0) return;
        using OwnedFd userNamespace = IdMaps.MakeUserNamespace(request.UidMappings, request.GidMappings);
        Mounts.SetAttributes(tree, MountAttributes.IdMapped, MountAttributes.None, request.MapsTree,
            userNamespace: userNamespace, path: request.Path);
    }
}
