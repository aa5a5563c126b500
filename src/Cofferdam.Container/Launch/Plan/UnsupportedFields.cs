using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>Fields that this version does not honour: an error that names them, never silence.</summary>
internal static class UnsupportedFields
{
    public static void Check(RuntimeSpec spec)
    {
        Check(spec.Process!, "process");
        if (!string.IsNullOrEmpty(spec.Linux.MountLabel))
            throw Refuse("linux.mountLabel", "SELinux labels are not supported yet");
        if (spec.Linux.IntelRdt is not null)
            throw Refuse("linux.intelRdt", "resctrl groups are not supported yet");
    }

    public static void Check(Process process, string path)
    {
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
            throw Refuse($"{path}.selinuxLabel", "SELinux labels are not supported yet");
        // "unconfined" asks for nothing where no profile would be set anyway.
        if (!string.IsNullOrEmpty(process.ApparmorProfile) && process.ApparmorProfile != "unconfined")
            throw Refuse($"{path}.apparmorProfile", "AppArmor profiles are not supported yet");
    }

    private static CofferdamException Refuse(string field, string reason) =>
        new(ErrorKind.Unimplemented, $"{field}: {reason}");
}
