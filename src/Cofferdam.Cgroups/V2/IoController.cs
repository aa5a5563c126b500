using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>io: weights and throttles of block devices (cgroup-v2.rst, "IO"; block/bfq-iosched.rst).</summary>
internal sealed class IoController : V2Controller
{
    private const string Field = "linux.resources.blockIO";
    private const string BfqFile = "io.bfq.weight";
    private const string WeightFile = "io.weight";
    private const string MaxFile = "io.max";
    private const string NoWeights = "weights need the BFQ scheduler or the iocost controller in the kernel";

    public override string Name => "io";

    // As in runc, a weight of 0 means unset; a rate of 0 takes a throttle away.
    public override string? NeededBy(LinuxResources resources)
    {
        if (resources.BlockIo is not { } io) return null;
        if (io.Weight is > 0) return Field + ".weight";
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

    public override void Warn(LinuxResources resources, V2Change change)
    {
        if (resources.BlockIo is not { } io) return;
        if (io.LeafWeight is > 0) change.WarnAbsent(Field + ".leafWeight");
        for (int i = 0; i < io.WeightDevice.Count; i++)
        {
            if (io.WeightDevice[i].LeafWeight is > 0) change.WarnAbsent($"{Field}.weightDevice[{i}].leafWeight");
        }
    }

    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        if (resources.BlockIo is not { } io) return;
        if (io.Weight is > 0) WriteWeight(directory, "", io.Weight.Value, Field + ".weight");
        for (int i = 0; i < io.WeightDevice.Count; i++)
        {
            WeightDevice device = io.WeightDevice[i];
            if (device.Weight is > 0) WriteWeight(directory, $"{device.Major}:{device.Minor} ", device.Weight.Value, $"{Field}.weightDevice[{i}].weight");
        }

        WriteRates(directory, "rbps", io.ThrottleReadBpsDevice, ".throttleReadBpsDevice");
        WriteRates(directory, "wbps", io.ThrottleWriteBpsDevice, ".throttleWriteBpsDevice");
        WriteRates(directory, "riops", io.ThrottleReadIopsDevice, ".throttleReadIOPSDevice");
        WriteRates(directory, "wiops", io.ThrottleWriteIopsDevice, ".throttleWriteIOPSDevice");
    }

    // BFQ has the range of v1 where it is (weights of devices: since 5.4), and takes precedence over iocost, whose range is
    // that of v2.
    private static void WriteWeight(V2Directory directory, string device, ushort weight, string field)
    {
        string value = device + weight;
        if (directory.TryWrite(BfqFile, value, out Errno errno)) return;
        string file = BfqFile;
        if (errno == Errno.ENOENT)
        {
            file = WeightFile;
            value = device + Conversions.IoWeight(weight);
            if (directory.TryWrite(WeightFile, value, out errno)) return;
        }

        throw CgroupErrors.Write(field, directory[file], value, errno, errno == Errno.ENOENT ? NoWeights : null);
    }

    private static void WriteRates(V2Directory directory, string key, IReadOnlyList<ThrottleDevice> devices, string name)
    {
        for (int i = 0; i < devices.Count; i++)
        {
            ThrottleDevice device = devices[i];
            string value = $"{device.Major}:{device.Minor} {key}={(device.Rate == 0 ? "max" : device.Rate.ToString())}";
            if (directory.TryWrite(MaxFile, value, out Errno errno)) continue;
            string? hint = errno == Errno.ENODEV ? "limits are for whole disks, not for partitions" : null;
            throw CgroupErrors.Write($"{Field}{name}[{i}]", directory[MaxFile], value, errno, hint);
        }
    }
}
