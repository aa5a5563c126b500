using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>net_prio: the priority of the container's packets by interface (cgroup-v1/net_prio.rst).</summary>
internal sealed class NetPrioController : V1Controller
{
    private const string Field = "linux.resources.network.priorities";

    public override string Name => "net_prio";

    public override string? NeededBy(LinuxResources resources) => resources.Network?.Priorities.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources)
    {
        if (resources.Network is null) return;
        for (int i = 0; i < resources.Network.Priorities.Count; i++)
        {
            string name = resources.Network.Priorities[i].Name;
            if (name.Length == 0 || name.AsSpan().ContainsAny(" \n\0")) throw CgroupErrors.Invalid($"{Field}[{i}].name", $"'{name}' is not an interface name");
        }
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (resources.Network is null) return;
        for (int i = 0; i < resources.Network.Priorities.Count; i++)
        {
            InterfacePriority entry = resources.Network.Priorities[i];
            string value = $"{entry.Name} {entry.Priority}";
            if (!directory.TryWrite("net_prio.ifpriomap", value, out Errno errno))
            {
                string? hint = errno == Errno.ENODEV ? "the interface must exist in the host's network namespace" : null;
                throw CgroupErrors.Write($"{Field}[{i}]", directory["net_prio.ifpriomap"], value, errno, hint);
            }
        }
    }
}
