namespace Cofferdam.Spec;

/// <summary>Admits only kernel parameters that belong to a namespace of the container: the others are the host's.</summary>
internal static class SysctlValidator
{
    public static void Check(RuntimeSpec spec)
    {
        foreach (var (name, value) in spec.Linux.Sysctl)
        {
            string path = JsonPath.Field("linux.sysctl", name);
            string? file = SysctlName.ToPath(name);
            if (file is null || file.Contains('\0')) throw Fault.At(path, "must be the name of a kernel parameter");
            Fault.IfNul(value, path);
            if (OwnerOf(file) is not { } owner) throw Fault.At(path, "must belong to a namespace, but is the host's");
            // Whether a namespace given by path is the host's own is for those to find out who may look.
            if (NamespaceValidator.Find(spec.Linux, owner) is null)
                throw Fault.At(path, $"must have {Article(owner)} {LinuxNames.Name(owner)} namespace in linux.namespaces");
            if (file == "kernel/hostname" && !string.IsNullOrEmpty(spec.Hostname)) throw Fault.At(path, "must not be given beside hostname");
            if (file == "kernel/domainname" && !string.IsNullOrEmpty(spec.Domainname)) throw Fault.At(path, "must not be given beside domainname");
        }
    }

    private static NamespaceType? OwnerOf(string file)
    {
        if (file.StartsWith("net/", StringComparison.Ordinal)) return NamespaceType.Network;
        if (file.StartsWith("fs/mqueue/", StringComparison.Ordinal)) return NamespaceType.Ipc;
        if (file.StartsWith("user/", StringComparison.Ordinal)) return NamespaceType.User;
        return file switch
        {
            "kernel/hostname" or "kernel/domainname" => NamespaceType.Uts,
            "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/msg_next_id" => NamespaceType.Ipc,
            "kernel/sem" or "kernel/sem_next_id" => NamespaceType.Ipc,
            "kernel/shmall" or "kernel/shmmax" or "kernel/shmmni" or "kernel/shm_next_id" or "kernel/shm_rmid_forced" => NamespaceType.Ipc,
            _ => null,
        };
    }

    private static string Article(NamespaceType type) => type == NamespaceType.Ipc ? "an" : "a";
}
