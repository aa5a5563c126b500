using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Device nodes and links of /dev.</summary>
internal static class DeviceSteps
{
    public static void Add(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs, NamespaceSet namespaces)
    {
        // A /dev bound from somewhere else is complete, and not ours to change.
        if (HasForeignDev(spec)) return;
        bool bind = namespaces.HasUser;
        AddDefault(plan, spec, bind, "/dev/null", 3);
        AddDefault(plan, spec, bind, "/dev/zero", 5);
        AddDefault(plan, spec, bind, "/dev/full", 7);
        AddDefault(plan, spec, bind, "/dev/random", 8);
        AddDefault(plan, spec, bind, "/dev/urandom", 9);
        AddDefault(plan, spec, bind, "/dev/tty", 0, major: 5);
        for (int i = 0; i < spec.Linux.Devices.Count; i++) AddConfigured(plan, spec.Linux.Devices[i], i, bind);
        AddLink(plan, "/dev/fd", "/proc/self/fd");
        AddLink(plan, "/dev/stdin", "/proc/self/fd/0");
        AddLink(plan, "/dev/stdout", "/proc/self/fd/1");
        AddLink(plan, "/dev/stderr", "/proc/self/fd/2");
        if (inputs.HasKcore) AddLink(plan, "/dev/core", "/proc/kcore");
        AddLink(plan, "/dev/ptmx", "pts/ptmx");
    }

    private static bool HasForeignDev(RuntimeSpec spec)
    {
        foreach (Mount mount in spec.Mounts)
        {
            if (MountSteps.CleanPath(mount.Destination) != "/dev") continue;
            if (mount.Type == "bind") return true;
            foreach (string option in mount.Options)
                if (option is "bind" or "rbind") return true;
        }
        return false;
    }

    private static void AddDefault(PlanBuilder plan, RuntimeSpec spec, bool bind, string path, int minor, int major = 1)
    {
        foreach (LinuxDevice device in spec.Linux.Devices)
            if (MountSteps.CleanPath(device.Path) == path) return;
        Add(plan, "", path, Abi.S_IFCHR, 0x1B6, major, minor, 0, 0, bind);   // 0666
    }

    private static void AddConfigured(PlanBuilder plan, LinuxDevice device, int index, bool bind)
    {
        uint kind = device.Type switch
        {
            DeviceType.Block => Abi.S_IFBLK,
            DeviceType.Fifo => Abi.S_IFIFO,
            DeviceType.Char or DeviceType.Unbuffered => Abi.S_IFCHR,
            _ => throw new CofferdamException(ErrorKind.InvalidArgument, $"linux.devices[{index}].type: must be c, b, u or p"),
        };
        uint mode = (device.FileMode ?? 0x1B6) & 0xFFF;
        Add(plan, $"linux.devices[{index}]", MountSteps.CleanPath(device.Path), kind, mode, device.Major, device.Minor,
            device.Uid ?? 0, device.Gid ?? 0, bind && kind != Abi.S_IFIFO);
    }

    private static void Add(PlanBuilder plan, string field, string path, uint kind, uint mode, long major, long minor,
        long uid, long gid, bool bind)
    {
        long number = kind == Abi.S_IFIFO ? 0 : DeviceNumber(major, minor);
        if (bind)
        {
            plan.Add(InitOp.BindDevice, field, $"bind device '{path}'",
                errno => errno == Abi.EINVAL ? "the host's file is not that device" : null,
                Operand.Of("path", path), Operand.Of("source", path), Operand.Of("device", number), Operand.Of("kind", kind));
            return;
        }
        plan.Add(InitOp.MakeDevice, field, $"make device '{path}'",
            errno => errno == Abi.EPERM ? "without CAP_MKNOD, or with a devices cgroup that forbids it, use a user namespace" : null,
            Operand.Of("path", path), Operand.Mode("mode", kind | mode), Operand.Of("device", number),
            Operand.Of("uid", uid), Operand.Of("gid", gid));
    }

    private static void AddLink(PlanBuilder plan, string path, string target) =>
        plan.Add(InitOp.MakeSymlink, "", $"link '{path}' to '{target}'", Operand.Of("path", path), Operand.Of("target", target));

    /// <summary>makedev(3).</summary>
    private static long DeviceNumber(long major, long minor) =>
        ((major & 0xFFF) << 8) | (minor & 0xFF) | ((minor & ~0xFFL) << 12) | ((major & ~0xFFFL) << 32);
}
