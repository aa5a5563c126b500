using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>blkio: weights and throttles of block devices (cgroup-v1/blkio-controller.rst, block/bfq-iosched.rst).</summary>
internal sealed class BlkioController : V1Controller
{
    private const string Field = "linux.resources.blockIO";
    private const string NoScheduler = "weights need the CFQ (before 5.0) or the BFQ scheduler in the kernel";

    public override string Name => "blkio";

    // As in runc, a weight of 0 means unset; a rate of 0 takes a throttle away.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.BlockIo is not { } io) return null;
        if (io.Weight is > 0) return Field + ".weight";
        if (io.LeafWeight is > 0) return Field + ".leafWeight";
        if (io.WeightDevice.Count > 0) return Field + ".weightDevice";
        if (io.ThrottleReadBpsDevice.Count > 0) return Field + ".throttleReadBpsDevice";
        if (io.ThrottleWriteBpsDevice.Count > 0) return Field + ".throttleWriteBpsDevice";
        if (io.ThrottleReadIopsDevice.Count > 0) return Field + ".throttleReadIOPSDevice";
        return io.ThrottleWriteIopsDevice.Count > 0 ? Field + ".throttleWriteIOPSDevice" : null;
    }

    public override void Validate(LinuxResources resources)
    {
        if (resources.BlockIo is { } io) ResourceValues.CheckWeightDevices(io, Field);
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (resources.BlockIo is not { } io) return;
        if (io.Weight is > 0) WriteWeight(directory, "weight", io.Weight.Value.ToString(), Field + ".weight");
        if (io.LeafWeight is > 0) directory.Write("blkio.leaf_weight", io.LeafWeight.Value.ToString(), Field + ".leafWeight", NoScheduler);
        for (int i = 0; i < io.WeightDevice.Count; i++)
        {
            WeightDevice device = io.WeightDevice[i];
            string number = $"{device.Major}:{device.Minor}";
            string field = $"{Field}.weightDevice[{i}]";
            if (device.Weight is > 0) WriteWeight(directory, "weight_device", $"{number} {device.Weight}", field + ".weight");
            if (device.LeafWeight is > 0) directory.Write("blkio.leaf_weight_device", $"{number} {device.LeafWeight}", field + ".leafWeight", NoScheduler);
        }

        WriteRates(directory, "read_bps", io.ThrottleReadBpsDevice, ".throttleReadBpsDevice");
        WriteRates(directory, "write_bps", io.ThrottleWriteBpsDevice, ".throttleWriteBpsDevice");
        WriteRates(directory, "read_iops", io.ThrottleReadIopsDevice, ".throttleReadIOPSDevice");
        WriteRates(directory, "write_iops", io.ThrottleWriteIopsDevice, ".throttleWriteIOPSDevice");
    }

    // CFQ's file where there is one, else BFQ's (5.0; its weight_device came with 5.4).
    private static void WriteWeight(V1Directory directory, string name, string value, string field)
    {
        if (directory.TryWrite("blkio." + name, value, out Errno errno)) return;
        string file = "blkio." + name;
        if (errno == Errno.ENOENT)
        {
            file = "blkio.bfq." + name;
            if (directory.TryWrite(file, value, out errno)) return;
        }

        throw CgroupErrors.Write(field, directory[file], value, errno, errno == Errno.ENOENT ? NoScheduler : null);
    }

    private static void WriteRates(V1Directory directory, string kind, IReadOnlyList<ThrottleDevice> devices, string name)
    {
        for (int i = 0; i < devices.Count; i++)
        {
            ThrottleDevice device = devices[i];
            directory.Write($"blkio.throttle.{kind}_device", $"{device.Major}:{device.Minor} {device.Rate}", $"{Field}{name}[{i}]");
        }
    }
}
