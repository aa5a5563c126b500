using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>
/// Labels of security modules: process.apparmorProfile, process.selinuxLabel and linux.mountLabel. All are written through a
/// descriptor of the host's procfs, taken before any namespace is entered: what an image or a volume has at /proc is never
/// asked (CVE-2019-16884, CVE-2019-19921, CVE-2025-52881).
/// </summary>
internal static class LabelSteps
{
    private const string Unconfined = "unconfined";

    /// <summary>Attributes of a task may be written by its own thread only.</summary>
    private const string Attributes = "thread-self/attr/";

    /// <summary>The process with what it takes over from its container: an exec leaves neither profile nor label.</summary>
    public static Process Inherit(Process process, Process? own) => process with
    {
        ApparmorProfile = string.IsNullOrEmpty(process.ApparmorProfile) ? own?.ApparmorProfile : process.ApparmorProfile,
        SelinuxLabel = string.IsNullOrEmpty(process.SelinuxLabel) ? own?.SelinuxLabel : process.SelinuxLabel,
    };

    public static void Begin(PlanBuilder plan, Process process, PlanInputs inputs)
    {
        if (Profile(process, inputs) is null && string.IsNullOrEmpty(process.SelinuxLabel)) return;
        plan.Add(InitOp.OpenHostProc, "", "open '/proc'",
            errno => errno == Abi.EINVAL ? "'/proc' is not the root of a procfs" : null);
    }

    /// <summary>The label of the keyring that is made next. execve(2) forgets it.</summary>
    public static void AddKey(PlanBuilder plan, string? label)
    {
        if (string.IsNullOrEmpty(label)) return;
        plan.Add(InitOp.WriteAttribute, "process.selinuxLabel", $"label new keys '{label}'", SelinuxHint,
            Operand.Of("path", Attributes + "keycreate"), Operand.Of("fallback", (string?)null), Operand.Of("value", label));
    }

    /// <summary>
    /// What the next execve(2) changes to. Before the filter, which may not allow these writes, and before the hooks that
    /// run programs of the image.
    /// </summary>
    public static void AddExec(PlanBuilder plan, Process process, PlanInputs inputs)
    {
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
        {
            plan.Add(InitOp.WriteAttribute, "process.selinuxLabel", $"set SELinux label '{process.SelinuxLabel}'", SelinuxHint,
                Operand.Of("path", Attributes + "exec"), Operand.Of("fallback", (string?)null),
                Operand.Of("value", process.SelinuxLabel));
        }
        if (Profile(process, inputs) is not { } profile) return;
        // With no_new_privs a confined caller may only add to its profile, not leave it.
        string verb = process.NoNewPrivileges && inputs.IsConfined ? "stack" : "exec";
        plan.Add(InitOp.WriteAttribute, "process.apparmorProfile", $"set AppArmor profile '{profile}'", AppArmorHint,
            // The directory is there from Linux 5.1 on; where two modules share attr/exec, that one is not AppArmor's.
            Operand.Of("path", Attributes + "apparmor/exec"), Operand.Of("fallback", Attributes + "exec"),
            Operand.Of("value", $"{verb} {profile}"));
    }

    /// <summary>What a refused execve(2) may mean.</summary>
    public static string? ExecuteHint(Process process, int errno) => (errno, process) switch
    {
        (Abi.EACCES or Abi.EPERM, { ApparmorProfile.Length: > 0 }) => $"does the AppArmor profile '{process.ApparmorProfile}' allow it?",
        (Abi.EPERM, { SelinuxLabel.Length: > 0, NoNewPrivileges: true }) =>
            $"does the SELinux policy allow the transition to '{process.SelinuxLabel}' with noNewPrivileges?",
        (Abi.EACCES or Abi.EPERM, { SelinuxLabel.Length: > 0 }) =>
            $"does the SELinux policy allow the transition to '{process.SelinuxLabel}', by a file with the label of this one?",
        _ => null,
    };

    private static string? Profile(Process process, PlanInputs inputs) =>
        string.IsNullOrEmpty(process.ApparmorProfile) || (process.ApparmorProfile == Unconfined && !inputs.HasAppArmor)
            ? null : process.ApparmorProfile;

    private static string? AppArmorHint(int errno) => errno switch
    {
        Abi.ENOENT => "no such profile is loaded; apparmor_parser(8) loads one",
        Abi.EACCES or Abi.EPERM => "the caller's own profile does not allow the change",
        Abi.EINVAL => "AppArmor is not enabled, or this is no name of a profile",
        _ => null,
    };

    private static string? SelinuxHint(int errno) => errno switch
    {
        Abi.EINVAL => "the loaded policy knows no such context",
        Abi.EACCES or Abi.EPERM => "the policy does not let the caller set it",
        _ => null,
    };
}
