using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>hugetlb: huge pages by size (cgroup-v1/hugetlb.rst).</summary>
internal sealed class HugetlbController : V1Controller
{
    private const string Field = "linux.resources.hugepageLimits";
    private const string Prefix = "hugetlb.";
    private const string Limit = ".limit_in_bytes";
    private const string Reserved = ".rsvd";

    public override string Name => "hugetlb";

    public override string? NeededBy(LinuxResources resources) => resources.HugepageLimits.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources) => ResourceValues.CheckHugepages(resources.HugepageLimits, Field);

    // The limit on faults kills a program that reserved more with SIGBUS; the limit on reservations lets its mmap fail, which
    // it can handle (PostgreSQL tries smaller sizes). Kernels before 5.7 have only the first.
    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        for (int i = 0; i < resources.HugepageLimits.Count; i++)
        {
            HugepageLimit limit = resources.HugepageLimits[i];
            string value = limit.Limit.ToString();
            string file = Prefix + limit.PageSize + Limit;
            if (!directory.TryWrite(file, value, out Errno errno))
            {
                string? hint = errno == Errno.ENOENT ? $"this machine has pages of {string.Join(", ", PageSizes(directory))}" : null;
                throw CgroupErrors.Write($"{Field}[{i}]", directory[file], value, errno, hint);
            }

            string reserved = Prefix + limit.PageSize + Reserved + Limit;
            if (!directory.TryWrite(reserved, value, out errno) && errno != Errno.ENOENT)
                throw CgroupErrors.Write($"{Field}[{i}]", directory[reserved], value, errno);
        }
    }

    public static IReadOnlyDictionary<string, HugetlbStats> ReadStats(V1Directory directory)
    {
        Dictionary<string, HugetlbStats> stats = [];
        foreach (string size in PageSizes(directory))
        {
            string prefix = Prefix + size;
            if (directory.Has(prefix + Reserved + Limit)) prefix += Reserved;
            stats[size] = new HugetlbStats
            {
                Usage = directory.ReadNumber(prefix + ".usage_in_bytes"),
                MaxUsage = directory.ReadNumber(prefix + ".max_usage_in_bytes"),
                FailCount = directory.ReadNumber(prefix + ".failcnt"),
            };
        }

        return stats;
    }

    private static List<string> PageSizes(V1Directory directory)
    {
        List<string> sizes = [];
        foreach (DirectoryEntry entry in Files.ReadDirectory(directory.Path))
        {
            string name = entry.Name;
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Limit, StringComparison.Ordinal)) continue;
            string size = name[Prefix.Length..^Limit.Length];
            if (!size.Contains('.')) sizes.Add(size);
        }

        sizes.Sort(StringComparer.Ordinal);
        return sizes;
    }
}
