using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Namespaces that the container shares by path: CRIU neither saves nor makes them. The keys are runc's.</summary>
internal static class Namespaces
{
    /// <summary>Refuses those that a restore could not join.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.Unimplemented"/>: CRIU has no means for one of them.</exception>
    public static void Check(RuntimeSpec spec)
    {
        for (int i = 0; i < spec.Linux.Namespaces.Count; i++)
        {
            LinuxNamespace space = spec.Linux.Namespaces[i];
            if (!string.IsNullOrEmpty(space.Path) && space.Type is NamespaceType.Mount or NamespaceType.Cgroup or NamespaceType.User)
            {
                throw new CofferdamException(ErrorKind.Unimplemented,
                    $"linux.namespaces[{i}].path: criu does not restore into an existing {NamespaceFiles.NameOf(space.Type)} namespace");
            }
        }
    }

    /// <summary>
    /// Refuses to lose the cgroup namespace: a container that then had the host's would see, and with a writable mount could change,
    /// all cgroups of the host.
    /// </summary>
    public static void Check(RuntimeSpec spec, CriuCgroupMode mode)
    {
        if (mode == CriuCgroupMode.Ignore && HasOwn(spec, NamespaceType.Cgroup))
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                "cgroups mode 'ignore': criu would not restore the container's cgroup namespace (hint: use mode 'soft')");
        }
    }

    /// <summary>
    /// Refuses a restored container that is in one of our own namespaces where the configuration gives it another: CRIU makes
    /// those that the images tell of, and images are not trusted.
    /// </summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="init">Init, which does not run yet.</param>
    public static void Verify(RuntimeSpec spec, int init)
    {
        foreach (LinuxNamespace space in spec.Linux.Namespaces)
        {
            string file = NamespaceFiles.PathOf(space.Type);
            if (string.IsNullOrEmpty(space.Path) && Files.Stat(ProcFs.PathOf(init, file)).Inode == Files.Stat($"/proc/self/{file}").Inode)
            {
                throw new CofferdamException(ErrorKind.DataLoss,
                    $"the checkpoint has no {NamespaceFiles.NameOf(space.Type)} namespace of the container's own, as linux.namespaces asks for");
            }
        }
    }

    public static void AddToDump(CriuRequest request, RuntimeSpec spec, int init)
    {
        foreach (LinuxNamespace space in Shared(spec))
        {
            if (KeyOf(space.Type) is not { } key) continue;   // saved, and joined all the same
            string file = NamespaceFiles.PathOf(space.Type);
            ulong inode = Files.Stat(ProcFs.PathOf(init, file)).Inode;
            request.External($"{Path.GetFileName(file)}[{inode}]:{key}");
        }
    }

    /// <summary>Those that CRIU joins by path; the others it inherits.</summary>
    public static void AddToRestore(CriuRequest request, RuntimeSpec spec)
    {
        foreach (LinuxNamespace space in Shared(spec))
        {
            if (KeyOf(space.Type) is null) request.JoinNamespace(Path.GetFileName(NamespaceFiles.PathOf(space.Type)), space.Path!);
        }
    }

    /// <summary>Opens the namespaces that CRIU inherits by descriptor.</summary>
    public static List<(string Key, OwnedFd File)> Open(RuntimeSpec spec)
    {
        List<(string, OwnedFd)> opened = [];
        foreach (LinuxNamespace space in Shared(spec))
        {
            if (KeyOf(space.Type) is { } key) opened.Add((key, Files.Open(space.Path!, OpenFlags.ReadOnly)));
        }

        return opened;
    }

    /// <summary>Whether the container has a namespace that was made for it.</summary>
    public static bool HasOwn(RuntimeSpec spec, NamespaceType type)
    {
        foreach (LinuxNamespace space in spec.Linux.Namespaces)
            if (space.Type == type) return string.IsNullOrEmpty(space.Path);
        return false;
    }

    private static IEnumerable<LinuxNamespace> Shared(RuntimeSpec spec) =>
        spec.Linux.Namespaces.Where(static n => !string.IsNullOrEmpty(n.Path));

    private static string? KeyOf(NamespaceType type) => type switch
    {
        NamespaceType.Network => "extRootNetNS",
        NamespaceType.Pid => "extRootPidNS",
        _ => null,
    };
}
