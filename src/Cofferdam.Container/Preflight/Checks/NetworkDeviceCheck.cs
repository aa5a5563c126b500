using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight.Checks;

/// <summary>linux.netDevices: the interfaces exist and may be moved. A rehearsal leaves them where they are.</summary>
internal sealed class NetworkDeviceCheck : HostCheck
{
    private const int NetworkAdministration = 12;

    public override string Subject => "network devices";

    public override string? Examine(CheckContext context)
    {
        IReadOnlyDictionary<string, LinuxNetDevice> devices = context.Spec.Linux.NetDevices;
        if (devices.Count == 0) return null;
        using Netlink here = Netlink.Open();
        IReadOnlyList<NetworkLink> links = here.ReadLinks();
        foreach ((string name, _) in devices)
        {
            if (links.Any(link => link.Name == name)) continue;
            context.Fail($"linux.netDevices.{name}", "there is no such network device here", $"make it, or pick one of: {string.Join(", ", links.Select(static link => link.Name))}");
        }
        if (!context.Can(NetworkAdministration)) context.Fail("linux.netDevices", "moving network devices needs CAP_NET_ADMIN", "run as root");
        return $"{devices.Count} can be moved";
    }
}
