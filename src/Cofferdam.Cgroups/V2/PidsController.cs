using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>pids: the number of tasks (cgroup-v2.rst, "PID").</summary>
internal sealed class PidsController : V2Controller
{
    private const string Field = "linux.resources.pids.limit";

    public override string Name => "pids";

    public override string? NeededBy(LinuxResources resources) => resources.Pids?.Limit >= 0 ? Field : null;

    // A limit of 0 is one since runtime-spec 1.3.
    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        if (resources.Pids?.Limit is not { } limit || (limit < 0 && change.IsFresh)) return;
        directory.Write("pids.max", limit < 0 ? "max" : limit.ToString(), Field);
    }
}
