using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>net_cls: the class of the container's packets (cgroup-v1/net_cls.rst).</summary>
internal sealed class NetClsController : V1Controller
{
    private const string Field = "linux.resources.network.classID";

    public override string Name => "net_cls";

    public override string? NeededBy(LinuxResources resources) => resources.Network?.ClassId is > 0 ? Field : null;

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        // On an update 0 takes a class away again.
        if (resources.Network?.ClassId is { } classId && (classId != 0 || !change.IsFresh))
            directory.Write("net_cls.classid", classId.ToString(), Field);
    }
}
