namespace Cofferdam.Spec;

/// <summary>Reads <c>linux.resources.blockIO</c>.</summary>
internal static class BlockIoReader
{
    public static BlockIoResources? ReadBlockIo(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        ushort? weight = null, leafWeight = null;
        IReadOnlyList<WeightDevice> weights = [];
        IReadOnlyList<ThrottleDevice> readBps = [], writeBps = [], readIops = [], writeIops = [];
        while (c.NextField())
        {
            if (c.Is("weight"u8)) weight = c.UInt16();
            else if (c.Is("leafWeight"u8)) leafWeight = c.UInt16();
            else if (c.Is("weightDevice"u8)) weights = ReadWeights(ref c);
            else if (c.Is("throttleReadBpsDevice"u8)) readBps = ReadRates(ref c);
            else if (c.Is("throttleWriteBpsDevice"u8)) writeBps = ReadRates(ref c);
            else if (c.Is("throttleReadIOPSDevice"u8)) readIops = ReadRates(ref c);
            else if (c.Is("throttleWriteIOPSDevice"u8)) writeIops = ReadRates(ref c);
            else c.Unknown();
        }
        return new BlockIoResources
        {
            Weight = weight,
            LeafWeight = leafWeight,
            WeightDevice = weights,
            ThrottleReadBpsDevice = readBps,
            ThrottleWriteBpsDevice = writeBps,
            ThrottleReadIopsDevice = readIops,
            ThrottleWriteIopsDevice = writeIops,
        };
    }

    private static IReadOnlyList<WeightDevice> ReadWeights(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var weights = new List<WeightDevice>();
        while (c.NextElement())
        {
            long? major = null, minor = null;
            ushort? weight = null, leafWeight = null;
            c.BeginElement();
            while (c.NextField())
            {
                if (c.Is("major"u8)) major = c.Int64();
                else if (c.Is("minor"u8)) minor = c.Int64();
                else if (c.Is("weight"u8)) weight = c.UInt16();
                else if (c.Is("leafWeight"u8)) leafWeight = c.UInt16();
                else c.Unknown();
            }
            weights.Add(new WeightDevice { Major = major ?? 0, Minor = minor ?? 0, Weight = weight, LeafWeight = leafWeight });
        }
        return weights;
    }

    private static IReadOnlyList<ThrottleDevice> ReadRates(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var rates = new List<ThrottleDevice>();
        while (c.NextElement())
        {
            long? major = null, minor = null;
            ulong? rate = null;
            c.BeginElement();
            while (c.NextField())
            {
                if (c.Is("major"u8)) major = c.Int64();
                else if (c.Is("minor"u8)) minor = c.Int64();
                else if (c.Is("rate"u8)) rate = c.UInt64();
                else c.Unknown();
            }
            rates.Add(new ThrottleDevice { Major = major ?? 0, Minor = minor ?? 0, Rate = rate ?? 0 });
        }
        return rates;
    }
}
