using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>devices: which device nodes may be made and opened (cgroup-v1/devices.rst).</summary>
internal sealed class DevicesController : V1Controller
{
    private const string Field = "linux.resources.devices";

    public override string Name => "devices";

    // Without the controller a container could open any device it can make a node of, so it is needed even when the
    // configuration says nothing about devices; the caller asks for that (CgroupV1).
    public override string? NeededBy(LinuxResources resources) => resources.Devices.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources) => DeviceRuleSet.From(resources.Devices, DefaultDeviceRules.Create());

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (!change.IsWhole && resources.Devices.Count == 0) return;
        DeviceRuleSet target = DeviceRuleSet.From(resources.Devices, DefaultDeviceRules.Create());
        // A new cgroup has its parent's rules. Nobody is in it yet who could miss a device for a moment, so it starts anew
        // without being read.
        DeviceRuleSet present = change.IsFresh ? DeviceRuleSet.Unknown() : DeviceRuleSet.Parse(directory.Read("devices.list"));
        IReadOnlyList<DeviceChange> changes = present.ChangesTo(target);
        if (!TryWrite(directory, changes, out DeviceChange refused, out Errno errno))
        {
            // A user namespace without the right to device rules is confined by the rules of whoever made it.
            if (CgroupErrors.IsPermission(errno) && (change.IsRootless || UserNamespaces.IsInside())) return;
            throw CgroupErrors.Write(Field, FileOf(directory, refused.Allow), refused.Rule, errno, Hint(errno, refused));
        }
    }

    // One open for each run of writes to the same file: a deny-all and a dozen of allows take two.
    private static bool TryWrite(V1Directory directory, IReadOnlyList<DeviceChange> changes, out DeviceChange refused, out Errno errno)
    {
        OwnedFd? file = null;
        try
        {
            for (int i = 0; i < changes.Count; i++)
            {
                refused = changes[i];
                if (file is null || changes[i - 1].Allow != refused.Allow)
                {
                    file?.Dispose();
                    if (!Files.TryOpen(FileOf(directory, refused.Allow), OpenFlags.WriteOnly, out file, out errno)) return false;
                }

                if (!Files.TryWrite(file, System.Text.Encoding.ASCII.GetBytes(refused.Rule), out _, out errno)) return false;
            }
        }
        finally
        {
            file?.Dispose();
        }

        refused = default;
        errno = Errno.None;
        return true;
    }

    private static string FileOf(V1Directory directory, bool allow) => directory[allow ? "devices.allow" : "devices.deny"];

    private static string? Hint(Errno errno, DeviceChange change) => errno switch
    {
        Errno.EPERM when change.Allow => "the parent cgroup does not allow it, or the caller lacks CAP_SYS_ADMIN",
        Errno.EINVAL => "the default cannot change while nested cgroups exist",
        _ => null,
    };
}
