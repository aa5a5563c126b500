using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// The security modules' labels of what comes back. One that the kernel would refuse is refused here: CRIU 4.2 does not
/// survive that. It kills init and waits for it, while init waits for a process that CRIU itself traces.
/// </summary>
internal static class RestoredLabels
{
    private const string AppArmorPrefix = "apparmor:";
    private const string SelinuxPrefix = "selinux:";

    /// <param name="spec">The configuration, by which the checkpoint was made.</param>
    /// <param name="chosen">"apparmor:PROFILE" or "selinux:CONTEXT" instead of what was saved; null for that.</param>
    /// <exception cref="CofferdamException">InvalidArgument, or FailedPrecondition: no module here would enforce it.</exception>
    public static void Check(RuntimeSpec spec, string? chosen)
    {
        if (chosen is null)
        {
            if (spec.Process is not { } process) return;
            SecurityModules.Check(process, spec.Linux.MountLabel);
            if (process.ApparmorProfile is { Length: > 0 } saved) CheckProfile("process.apparmorProfile", saved);
        }
        else if (chosen.StartsWith(AppArmorPrefix, StringComparison.Ordinal) && chosen.Length > AppArmorPrefix.Length)
        {
            CheckProfile("lsm-profile", chosen[AppArmorPrefix.Length..]);
        }
        else if (chosen.StartsWith(SelinuxPrefix, StringComparison.Ordinal) && chosen.Length > SelinuxPrefix.Length)
        {
            string context = chosen[SelinuxPrefix.Length..];
            if (!SeLinux.IsEnabled()) throw Refusal("lsm-profile", $"SELinux, which has to enforce '{context}', is not enabled on this host");
            if (SeLinux.IsValid(context) == false) throw Refusal("lsm-profile", $"the loaded SELinux policy does not know '{context}'");
        }
        else
        {
            throw new CofferdamException(ErrorKind.InvalidArgument, $"lsm-profile: '{chosen}' is neither 'apparmor:PROFILE' nor 'selinux:CONTEXT'");
        }
    }

    /// <summary>The images hold labels of the module whose label the configuration gives. A CRIU that was built without libselinux, as
    /// Debian's, saves no contexts and says nothing: what is restored would have the context of whoever restores it.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="images">The directory.</param>
    /// <exception cref="CofferdamException">FailedPrecondition: a label would be lost.</exception>
    public static void CheckSaved(RuntimeSpec spec, OwnedFd images)
    {
        LabelOwner owner = ImageInventory.ReadLabelOwner(images);
        if (spec.Process?.SelinuxLabel is { Length: > 0 } context && owner != LabelOwner.Selinux)
        {
            throw Refusal("process.selinuxLabel",
                $"the images hold no SELinux contexts, and '{context}' would be lost (hint: the criu that made them was built without SELinux)");
        }

        if (spec.Process?.ApparmorProfile is { Length: > 0 } profile and not "unconfined" && owner != LabelOwner.AppArmor)
            throw Refusal("process.apparmorProfile", $"the images hold no AppArmor profiles, and '{profile}' would be lost");
    }

    private static void CheckProfile(string field, string profile)
    {
        if (profile == "unconfined") return;
        if (!AppArmor.IsEnabled()) throw Refusal(field, $"AppArmor, which has to enforce '{profile}', is not enabled on this host");
        if (AppArmor.IsLoaded(profile) == false) throw Refusal(field, $"AppArmor profile '{profile}' is not loaded (hint: apparmor_parser -r /etc/apparmor.d/<file>)");
    }

    private static CofferdamException Refusal(string field, string message) => new(ErrorKind.FailedPrecondition, $"{field}: {message}");
}
