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
            if (SysctlName.OwnerOf(file) is not { } owner) throw Fault.At(path, "must belong to a namespace, but is the host's");
            // Whether a namespace given by path is the host's own is found out at the launch: this asks nothing of the host.
            if (NamespaceValidator.Find(spec.Linux, owner) is null)
                throw Fault.At(path, $"must have {Article(owner)} {LinuxNames.Name(owner)} namespace in linux.namespaces");
            if (file == "kernel/hostname" && !string.IsNullOrEmpty(spec.Hostname)) throw Fault.At(path, "must not be given beside hostname");
            if (file == "kernel/domainname" && !string.IsNullOrEmpty(spec.Domainname)) throw Fault.At(path, "must not be given beside domainname");
        }
    }

    private static string Article(NamespaceType type) => type == NamespaceType.Ipc ? "an" : "a";
}
