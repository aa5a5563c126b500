using System.Globalization;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

/// <summary>The limits that update's options name. What is not given stays null and is not touched.</summary>
internal static class UpdateResources
{
    internal static LinuxResources FromOptions(ParsedOptions options)
    {
        CpuResources cpu = new()
        {
            Period = Unsigned(options, "cpu-period"),
            Quota = Signed(options, "cpu-quota"),
            Burst = Unsigned(options, "cpu-burst"),
            Shares = Unsigned(options, "cpu-share"),
            RealtimePeriod = Unsigned(options, "cpu-rt-period"),
            RealtimeRuntime = Signed(options, "cpu-rt-runtime"),
            Cpus = options.NonEmpty("cpuset-cpus"),
            Mems = options.NonEmpty("cpuset-mems"),
            Idle = Signed(options, "cpu-idle"),
        };
        MemoryResources memory = Memory(options);
        int weight = options.Number("blkio-weight");
        if (weight is < 0 or > ushort.MaxValue) throw Invalid("blkio-weight", options.Text("blkio-weight")!);
        int pids = options.Number("pids-limit");
        return new LinuxResources
        {
            Cpu = cpu == new CpuResources() ? null : cpu,
            Memory = memory == new MemoryResources() ? null : memory,
            BlockIo = weight == 0 ? null : new BlockIoResources { Weight = (ushort)weight },
            // 0 is runc's "not given"; a limit of 0 would stop a live container from ever forking again.
            Pids = pids == 0 ? null : new PidsResources { Limit = pids },
        };
    }

    private static MemoryResources Memory(ParsedOptions options)
    {
        long? limit = Size(options, "memory");
        long? swap = Size(options, "memory-swap");
        return new MemoryResources
        {
            Limit = limit,
            Reservation = Size(options, "memory-reservation"),
            // cgroup v1 refuses memory without a limit under memory and swap with one, and nobody means that.
            Swap = swap ?? (limit == -1 ? -1 : null),
        };
    }

    private static ulong? Unsigned(ParsedOptions options, string name)
    {
        if (options.NonEmpty(name) is not { } text) return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw Invalid(name, text);
    }

    private static long? Signed(ParsedOptions options, string name)
    {
        if (options.NonEmpty(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Invalid(name, text);
    }

    private static long? Size(ParsedOptions options, string name)
    {
        if (options.NonEmpty(name) is not { } text) return null;
        return text == "-1" ? -1 : GoValue.ParseSize(text) ?? throw Invalid(name, text);
    }

    private static CofferdamException Invalid(string name, string text) =>
        new(ErrorKind.InvalidArgument, $"invalid value for {name}: '{text}'");
}
