using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Detached clones of bind mount sources, made by the parent, with their id map where one is asked for.</summary>
internal static class SourceTrees
{
    public static OwnedFd Open(DescriptorRequest request)
    {
        OwnedFd tree = Mounts.Clone(null, request.Path, request.Recursive, followLinks: !request.NoFollow);
        if (request.UidMappings.Count == 0) return tree;
        try
        {
            using OwnedFd userNamespace = IdMaps.MakeUserNamespace(request.UidMappings, request.GidMappings);
            Mounts.SetAttributes(tree, MountAttributes.IdMapped, MountAttributes.None, recursive: request.Index == 1,
                userNamespace: userNamespace, path: request.Path);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }
}
