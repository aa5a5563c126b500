using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>rdma: handles and objects by device (cgroup-v1/rdma.rst).</summary>
internal sealed class RdmaController : V1Controller
{
    private const string Field = "linux.resources.rdma";

    public override string Name => "rdma";

    public override string? NeededBy(LinuxResources resources) => resources.Rdma.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources)
    {
        foreach ((string device, RdmaLimit limit) in resources.Rdma)
        {
            if (device.Length == 0 || device.AsSpan().ContainsAny(" \n\0")) throw CgroupErrors.Invalid(Field, $"'{device}' is not a device name");
            if (limit.HcaHandles is null && limit.HcaObjects is null)
                throw CgroupErrors.Invalid($"{Field}.{device}", "needs hcaHandles, hcaObjects or both");
        }
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        foreach ((string device, RdmaLimit limit) in resources.Rdma)
        {
            string value = device;
            if (limit.HcaHandles is { } handles) value += $" hca_handle={handles}";
            if (limit.HcaObjects is { } objects) value += $" hca_object={objects}";
            directory.Write("rdma.max", value, $"{Field}.{device}");
        }
    }

    public static RdmaStats ReadStats(V1Directory directory) =>
        new() { Limits = Parse(directory.TryRead("rdma.max")), Current = Parse(directory.TryRead("rdma.current")) };

    /// <summary>Lines of <c>device hca_handle=n hca_object=n</c>.</summary>
    internal static IReadOnlyList<RdmaEntry> Parse(string? text)
    {
        List<RdmaEntry> entries = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space <= 0) continue;
            RdmaEntry entry = new(line[..space].ToString(), 0, 0);
            foreach (Range range in line.Split(' '))
            {
                ReadOnlySpan<char> pair = line[range];
                if (pair.StartsWith("hca_handle=")) entry = entry with { HcaHandles = Limit(pair["hca_handle=".Length..]) };
                else if (pair.StartsWith("hca_object=")) entry = entry with { HcaObjects = Limit(pair["hca_object=".Length..]) };
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static uint Limit(ReadOnlySpan<char> text) => (uint)Math.Min(KernelText.Number(text), uint.MaxValue);
}
