using Cofferdam.Linux;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The profile and labels have a module to enforce them, which knows them.</summary>
internal sealed class SecurityModuleCheck : HostCheck
{
    public override string Subject => "security modules";

    public override string? Examine(CheckContext context)
    {
        string? profile = context.Process.ApparmorProfile;
        bool hasProfile = !string.IsNullOrEmpty(profile) && profile != "unconfined";
        if (hasProfile) CheckProfile(context, profile!);
        CheckLabel(context, "process.selinuxLabel", context.Process.SelinuxLabel);
        CheckLabel(context, "linux.mountLabel", context.Spec.Linux.MountLabel);
        bool isLabelled = !string.IsNullOrEmpty(context.Process.SelinuxLabel) || !string.IsNullOrEmpty(context.Spec.Linux.MountLabel);
        return hasProfile || isLabelled ? "the profile and labels are known" : null;
    }

    private static void CheckProfile(CheckContext context, string profile)
    {
        const string Field = "process.apparmorProfile";
        if (!AppArmor.IsEnabled())
            context.Fail(Field, "AppArmor is not enabled on this host", "leave the profile out, or boot with 'apparmor=1 security=apparmor'");
        // Where that is not known, the rehearsal asks the kernel.
        else if (AppArmor.IsLoaded(profile) == false)
            context.Fail(Field, $"the profile '{profile}' is not loaded", "load it: apparmor_parser -r /etc/apparmor.d/<file>");
    }

    private static void CheckLabel(CheckContext context, string field, string? label)
    {
        if (string.IsNullOrEmpty(label)) return;
        if (!SeLinux.IsEnabled())
            context.Fail(field, "SELinux is not enabled on this host", "leave the label out, or boot with 'security=selinux selinux=1'");
        else if (SeLinux.IsValid(label) == false)
            context.Fail(field, $"the loaded policy does not know '{label}'", "install the policy of containers (container-selinux), or correct the label");
    }
}
