using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>pids: the number of tasks (cgroup-v1/pids.rst).</summary>
internal sealed class PidsController : V1Controller
{
    private const string Field = "linux.resources.pids.limit";

    public override string Name => "pids";

    public override string? NeededBy(LinuxResources resources) => resources.Pids?.Limit >= 0 ? Field : null;

    // A limit of 0 is one since runtime-spec 1.3 (before, runtimes took it for "unset"): the program runs, but forks nothing.
    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (resources.Pids?.Limit is { } limit) directory.Write("pids.max", limit < 0 ? "max" : limit.ToString(), Field);
    }

    public static PidsStats ReadStats(V1Directory directory)
    {
        ulong limit = directory.ReadNumber("pids.max");
        return new PidsStats { Current = directory.ReadNumber("pids.current"), Limit = limit == ulong.MaxValue ? 0 : limit };
    }
}
