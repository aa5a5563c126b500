namespace Cofferdam.Spec;

/// <summary>Checks resources as far as no cgroup version or kernel must be known.</summary>
internal static class ResourcesValidator
{
    public static void Check(LinuxResources resources, string path)
    {
        DeviceValidator.CheckRules(resources.Devices, path + ".devices");
        if (resources.Memory is { } memory) CheckMemory(memory, path + ".memory");
        if (resources.Cpu is { } cpu) CheckCpu(cpu, path + ".cpu");
        if (resources.BlockIo is { } blockIo) CheckBlockIo(blockIo, path + ".blockIO");
        for (int i = 0; i < resources.HugepageLimits.Count; i++)
        {
            if (!IsPageSize(resources.HugepageLimits[i].PageSize))
                throw Fault.At($"{path}.hugepageLimits[{i}].pageSize", "must be a number and KB, MB or GB such as 2MB");
        }
        for (int i = 0; i < (resources.Network?.Priorities.Count ?? 0); i++)
        {
            if (!IsWord(resources.Network!.Priorities[i].Name)) throw Fault.At($"{path}.network.priorities[{i}].name", "must be the name of a network interface");
        }
        foreach (var (device, _) in resources.Rdma)
        {
            if (!IsWord(device)) throw Fault.At(JsonPath.Field(path + ".rdma", device), "must be the name of a device");
        }
        foreach (var (file, value) in resources.Unified)
        {
            string field = JsonPath.Field(path + ".unified", file);
            if (!IsWord(file) || file.IndexOf('.') <= 0) throw Fault.At(field, "must be a file name such as memory.high");
            Fault.IfNul(value, field);
        }
    }

    private static void CheckMemory(MemoryResources memory, string path)
    {
        UnlessLimit(memory.Limit, path + ".limit");
        UnlessLimit(memory.Reservation, path + ".reservation");
        UnlessLimit(memory.Swap, path + ".swap");
        UnlessLimit(memory.Kernel, path + ".kernel");
        UnlessLimit(memory.KernelTcp, path + ".kernelTCP");
        if (memory.Swap > 0 && memory.Limit > memory.Swap) throw Fault.At(path + ".swap", "must not be less than limit: it counts memory and swap together");
        if (memory.Swappiness > 200) throw Fault.At(path + ".swappiness", "must be from 0 to 200");
    }

    private static void CheckCpu(CpuResources cpu, string path)
    {
        if (cpu.Idle is < 0 or > 1) throw Fault.At(path + ".idle", "must be 0 or 1");
        Fault.IfNul(cpu.Cpus, path + ".cpus");
        Fault.IfNul(cpu.Mems, path + ".mems");
    }

    private static void CheckBlockIo(BlockIoResources blockIo, string path)
    {
        UnlessWeight(blockIo.Weight, path + ".weight");
        UnlessWeight(blockIo.LeafWeight, path + ".leafWeight");
        for (int i = 0; i < blockIo.WeightDevice.Count; i++)
        {
            UnlessWeight(blockIo.WeightDevice[i].Weight, $"{path}.weightDevice[{i}].weight");
            UnlessWeight(blockIo.WeightDevice[i].LeafWeight, $"{path}.weightDevice[{i}].leafWeight");
            UnlessDevice(blockIo.WeightDevice[i].Major, blockIo.WeightDevice[i].Minor, path + ".weightDevice", i);
        }
        CheckRates(blockIo.ThrottleReadBpsDevice, path + ".throttleReadBpsDevice");
        CheckRates(blockIo.ThrottleWriteBpsDevice, path + ".throttleWriteBpsDevice");
        CheckRates(blockIo.ThrottleReadIopsDevice, path + ".throttleReadIOPSDevice");
        CheckRates(blockIo.ThrottleWriteIopsDevice, path + ".throttleWriteIOPSDevice");
    }

    private static void CheckRates(IReadOnlyList<ThrottleDevice> devices, string path)
    {
        for (int i = 0; i < devices.Count; i++) UnlessDevice(devices[i].Major, devices[i].Minor, path, i);
    }

    private static void UnlessDevice(long major, long minor, string path, int index)
    {
        if (major is < 0 or > uint.MaxValue) throw Fault.At($"{path}[{index}].major", "must be a device number");
        if (minor is < 0 or > uint.MaxValue) throw Fault.At($"{path}[{index}].minor", "must be a device number");
    }

    private static void UnlessLimit(long? bytes, string path)
    {
        if (bytes < -1) throw Fault.At(path, "must be a number of bytes, or -1 for no limit");
    }

    /// <summary>Zero stands for unset: dockerd always writes it.</summary>
    private static void UnlessWeight(ushort? weight, string path)
    {
        if (weight is (> 0 and < 10) or > 1000) throw Fault.At(path, "must be from 10 to 1000");
    }

    private static bool IsPageSize(string size)
    {
        int digits = 0;
        while (digits < size.Length && char.IsAsciiDigit(size[digits])) digits++;
        return digits > 0 && size[0] != '0' && size.AsSpan(digits) is "KB" or "MB" or "GB";
    }

    /// <summary>Something that is one word of a kernel file, or one file name.</summary>
    private static bool IsWord(string text)
    {
        foreach (char c in text)
        {
            if (c is '/' or '\0' || char.IsWhiteSpace(c)) return false;
        }
        return text.Length != 0;
    }
}
