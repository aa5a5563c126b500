using Cofferdam.Linux;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>System calls that every launch makes, and those that single fields need.</summary>
internal sealed class KernelCheck : HostCheck
{
    public override string Subject => "kernel";

    public override string? Examine(CheckContext context)
    {
        Need(context, KernelFeatures.HasClone3 && KernelFeatures.HasPidfdOpen, "clone3 and pidfd_open", "5.3");
        Need(context, KernelFeatures.HasOpenAt2, "openat2", "5.6");
        Need(context, KernelFeatures.HasCloseRange, "close_range", "5.9");
        Need(context, KernelFeatures.HasMountSetAttributes, "mount_setattr", "5.12");
        if (context.Spec.Linux.MemoryPolicy is not null && !KernelFeatures.HasMemoryPolicy)
            context.Fail("linux.memoryPolicy", "this kernel was built without NUMA", "leave the memory policy out");
        return $"Linux {KernelFeatures.Release} has what the launch needs";
    }

    private static void Need(CheckContext context, bool has, string calls, string since)
    {
        if (!has) context.Fail("", $"this kernel has no {calls}", $"boot Linux {since} or newer");
    }
}
