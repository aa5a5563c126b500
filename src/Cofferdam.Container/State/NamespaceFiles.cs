using Cofferdam.Spec;

namespace Cofferdam.Containers.State;

/// <summary>What configuration and kernel call each namespace.</summary>
internal static class NamespaceFiles
{
    /// <summary>The configuration's word (config-linux.md "Namespaces").</summary>
    public static string NameOf(NamespaceType type) => type switch
    {
        NamespaceType.Pid => "pid",
        NamespaceType.Network => "network",
        NamespaceType.Mount => "mount",
        NamespaceType.Ipc => "ipc",
        NamespaceType.Uts => "uts",
        NamespaceType.User => "user",
        NamespaceType.Cgroup => "cgroup",
        _ => "time",
    };

    /// <summary>The file below /proc/pid (namespaces(7)).</summary>
    public static string PathOf(NamespaceType type) => type switch
    {
        NamespaceType.Network => "ns/net",
        NamespaceType.Mount => "ns/mnt",
        _ => "ns/" + NameOf(type),
    };
}
