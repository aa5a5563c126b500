using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>A namespace joined by its path may turn out to be the runtime's own; its kernel parameters are the host's.</summary>
internal static class SysctlOwners
{
    /// <exception cref="CofferdamException">InvalidArgument: a kernel parameter would be changed for the host.</exception>
    public static void Check(RuntimeSpec spec)
    {
        foreach ((string name, _) in spec.Linux.Sysctl)
        {
            if (SysctlName.ToPath(name) is not { } path || SysctlName.OwnerOf(path) is not { } owner) continue;
            for (int i = 0; i < spec.Linux.Namespaces.Count; i++)
            {
                LinuxNamespace ns = spec.Linux.Namespaces[i];
                if (ns.Type == owner && ns.Path is { } joined && IsOwn(joined, owner))
                    throw new CofferdamException(ErrorKind.InvalidArgument, $"linux.sysctl['{name}']: must not change the host, whose namespace '{joined}' is");
            }
        }
    }

    private static bool IsOwn(string path, NamespaceType type)
    {
        string file = type switch
        {
            NamespaceType.Network => "net",
            NamespaceType.Ipc => "ipc",
            NamespaceType.Uts => "uts",
            _ => "user",
        };
        // A path that cannot be looked at fails when it is joined, with a better message.
        return Files.TryStat(path, out FileStatus joined, out _) && joined.IsSameFile(Files.Stat($"/proc/self/ns/{file}"));
    }
}
