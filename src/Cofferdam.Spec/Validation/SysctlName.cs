namespace Cofferdam.Spec;

/// <summary>Names of kernel parameters.</summary>
/// <remarks>
/// sysctl.d(5): the first separator decides. <c>net.ipv4.conf.eth0/1.forwarding</c> and <c>net/ipv4/conf/eth0.1/forwarding</c>
/// are the same parameter.
/// </remarks>
public static class SysctlName
{
    /// <summary>The path below /proc/sys; null if the name has an empty, "." or ".." component.</summary>
    public static string? ToPath(string name)
    {
        int separator = name.AsSpan().IndexOfAny('.', '/');
        if (separator < 0) return null;
        string path = name[separator] == '/' ? name : Exchange(name);
        foreach (Range part in path.AsSpan().Split('/'))
        {
            if (path.AsSpan()[part] is "" or "." or "..") return null;
        }
        return path;
    }

    /// <summary>The kind of namespace that a parameter belongs to; null if it is the host's.</summary>
    /// <param name="path">Its path below /proc/sys.</param>
    public static NamespaceType? OwnerOf(string path)
    {
        if (path.StartsWith("net/", StringComparison.Ordinal)) return NamespaceType.Network;
        if (path.StartsWith("fs/mqueue/", StringComparison.Ordinal)) return NamespaceType.Ipc;
        if (path.StartsWith("user/", StringComparison.Ordinal)) return NamespaceType.User;
        return path switch
        {
            "kernel/hostname" or "kernel/domainname" => NamespaceType.Uts,
            "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/msg_next_id" => NamespaceType.Ipc,
            "kernel/sem" or "kernel/sem_next_id" => NamespaceType.Ipc,
            "kernel/shmall" or "kernel/shmmax" or "kernel/shmmni" or "kernel/shm_next_id" or "kernel/shm_rmid_forced" => NamespaceType.Ipc,
            _ => null,
        };
    }

    private static string Exchange(string name)
    {
        char[] path = name.ToCharArray();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '.') path[i] = '/';
            else if (path[i] == '/') path[i] = '.';
        }
        return new string(path);
    }
}
