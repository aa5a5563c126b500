using System.Globalization;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The kernel has the namespaces, and this user may make them; those to join are there.</summary>
internal sealed class NamespaceCheck : HostCheck
{
    public override string Subject => "namespaces";

    public override string? Examine(CheckContext context)
    {
        IReadOnlyList<LinuxNamespace> namespaces = context.Spec.Linux.Namespaces;
        for (int i = 0; i < namespaces.Count; i++)
        {
            LinuxNamespace item = namespaces[i];
            string name = NamespaceSet.Name(item.Type);
            if (!string.IsNullOrEmpty(item.Path)) CheckPath(context, $"linux.namespaces[{i}].path", item.Path);
            else if (!Files.Exists("/proc/self/" + NamespaceFiles.PathOf(item.Type)))
                context.Fail($"linux.namespaces[{i}].type", $"this kernel has no {name} namespaces", "leave it out, or boot a kernel that has them");
            else CheckLimit(context, $"linux.namespaces[{i}].type", name, LimitName(item.Type));
        }
        if (context.MakesUserNamespace) CheckUnprivileged(context);
        else if (!context.Can(Capabilities.SystemAdministration) && namespaces.Any(static item => string.IsNullOrEmpty(item.Path)))
        {
            context.Fail("linux.namespaces", "new namespaces without a user namespace need CAP_SYS_ADMIN",
                "add one of type user with linux.uidMappings ('coffer-oci spec --rootless' writes such a configuration), or run as root");
        }
        return namespaces.Count == 0 ? null : $"{namespaces.Count} can be entered";
    }

    private static void CheckPath(CheckContext context, string field, string path)
    {
        if (!Files.TryStat(path, out _, out Errno errno)) context.Fail(field, $"'{path}': {errno.Describe()}", "make that namespace first, or leave the path out for a new one");
    }

    private static void CheckLimit(CheckContext context, string field, string name, string limit)
    {
        string file = $"/proc/sys/user/max_{limit}_namespaces";
        if (ReadNumber(file) == 0) context.Fail(field, $"no {name} namespaces are allowed here", $"raise '{file}'");
    }

    private static void CheckUnprivileged(CheckContext context)
    {
        if (context.Can(Capabilities.SystemAdministration)) return;
        const string Field = "linux.namespaces";
        if (ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0)
            context.Fail(Field, "user namespaces are for root only here", "sysctl kernel.unprivileged_userns_clone=1");
        if (ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") is > 0)
        {
            context.Warn(Field, "AppArmor takes the capabilities of user namespaces from programs without a profile that allows them",
                "load a profile with 'userns,' for coffer-oci, or sysctl kernel.apparmor_restrict_unprivileged_userns=0");
        }
    }

    private static long? ReadNumber(string path) =>
        Files.TryReadText(path, out string? text, out _) && long.TryParse(text.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string LimitName(NamespaceType type) => type switch
    {
        NamespaceType.Network => "net",
        NamespaceType.Mount => "mnt",
        _ => NamespaceSet.Name(type),
    };
}
