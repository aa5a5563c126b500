using Cofferdam.Containers.ResourceControl;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>linux.intelRdt: the machine has resctrl, mounted, with what the schemata name. No class of service is used up.</summary>
internal sealed class ResourceControlCheck : HostCheck
{
    public override string Subject => "resource control";

    public override string? Examine(CheckContext context)
    {
        if (context.Spec.Linux.IntelRdt is not { } rdt) return null;
        List<string> warnings = [];
        ResctrlGroup group = ResctrlGroup.Plan(rdt, context.Options.Id ?? new ContainerId("coffer-check"), mount: null, warnings);
        foreach (string warning in warnings) context.Warn("linux.intelRdt", warning);
        return $"'{group.Location}' can be asked for";
    }
}
