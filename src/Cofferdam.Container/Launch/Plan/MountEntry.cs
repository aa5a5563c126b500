using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>One mount of the configuration, with what the planner has made of it.</summary>
internal sealed record MountEntry(
    Mount Mount, ParsedMountOptions Options, string Field, string Destination, bool DeferReadOnly)
{
    public bool IsBind => Options.Bind || Mount.Type is "bind" or "rbind";

    public bool IsRecursiveBind => Options.RecursiveBind || Mount.Type == "rbind";
}
