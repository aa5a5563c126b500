using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Labels of security modules that this host does not run: refused before anything is made.</summary>
internal static class SecurityModules
{
    /// <summary>A profile is asked for and the host can set it. Not asked otherwise: most containers have none.</summary>
    public static bool MayConfine(Process process) => !string.IsNullOrEmpty(process.ApparmorProfile) && AppArmor.IsEnabled();

    /// <summary>A profile is asked for by a caller that has one itself.</summary>
    public static bool IsConfined(Process process) => !string.IsNullOrEmpty(process.ApparmorProfile) && AppArmor.IsConfined();

    /// <exception cref="CofferdamException">FailedPrecondition: a label that no module would enforce.</exception>
    public static void Check(Process process, string? mountLabel)
    {
        // "unconfined" asks for what is so anyway.
        if (process.ApparmorProfile is { Length: > 0 } profile and not "unconfined" && !AppArmor.IsEnabled())
        {
            throw new CofferdamException(ErrorKind.FailedPrecondition,
                $"process.apparmorProfile: AppArmor, which has to enforce '{profile}', is not enabled on this host: {Errno.EOPNOTSUPP.Describe()}");
        }
        if (string.IsNullOrEmpty(process.SelinuxLabel) && string.IsNullOrEmpty(mountLabel) || SeLinux.IsEnabled()) return;
        (string field, string label) = process.SelinuxLabel is { Length: > 0 } own
            ? ("process.selinuxLabel", own) : ("linux.mountLabel", mountLabel!);
        throw new CofferdamException(ErrorKind.FailedPrecondition,
            $"{field}: SELinux, which has to enforce '{label}', is not enabled on this host: {Errno.EOPNOTSUPP.Describe()}");
    }
}
