using Cofferdam.Containers.Seccomp;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>The kernel knows the actions and flags of the filter, and its agent listens.</summary>
internal sealed class SeccompCheck : HostCheck
{
    private const uint Log = 0x7ffc0000, UserNotification = 0x7fc00000, KillProcess = 0x80000000;

    public override string Subject => "seccomp";

    public override string? Examine(CheckContext context)
    {
        if (context.Spec.Linux.Seccomp is not { } profile) return null;
        if (!Files.Exists("/proc/sys/kernel/seccomp"))
        {
            context.Fail("linux.seccomp", "this kernel has no seccomp filters", "boot one with CONFIG_SECCOMP_FILTER");
            return null;
        }
        SeccompProgram program = SeccompCompiler.Compile(profile);
        if (!KernelFeatures.KnowsFilterFlags(program.FilterFlags))
            context.Fail("linux.seccomp.flags", $"this kernel does not know all of the filter's flags (0x{program.FilterFlags:x})", "leave out the newer ones");
        CheckAction(context, profile, SeccompAction.Log, Log, "4.14");
        CheckAction(context, profile, SeccompAction.KillProcess, KillProcess, "4.14");
        CheckAction(context, profile, SeccompAction.Notify, UserNotification, "5.0");
        CheckListener(context, profile);
        return $"a filter of {program.Instructions.Length} instructions that this kernel takes";
    }

    private static void CheckAction(CheckContext context, Cofferdam.Spec.Seccomp profile, SeccompAction action, uint number, string since)
    {
        bool isUsed = profile.DefaultAction == action || profile.Syscalls.Any(rule => rule.Action == action);
        if (isUsed && !KernelFeatures.KnowsFilterAction(number))
            context.Fail("linux.seccomp", $"this kernel does not know {SeccompNames.Name(action)}", $"boot Linux {since} or newer");
    }

    private static void CheckListener(CheckContext context, Cofferdam.Spec.Seccomp profile)
    {
        if (string.IsNullOrEmpty(profile.ListenerPath) || !profile.Syscalls.Any(static rule => rule.Action == SeccompAction.Notify)) return;
        try
        {
            UnixSockets.Connect(profile.ListenerPath).Dispose();
        }
        catch (LinuxException e)
        {
            context.Fail("linux.seccomp.listenerPath", e.Message, "start the agent that answers the notifications");
        }
    }
}
