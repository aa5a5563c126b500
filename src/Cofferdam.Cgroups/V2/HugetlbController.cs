using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>hugetlb: huge pages by size (cgroup-v2.rst, "HugeTLB"; Linux 5.6).</summary>
internal sealed class HugetlbController : V2Controller
{
    private const string Field = "linux.resources.hugepageLimits";

    public override string Name => "hugetlb";

    public override string? NeededBy(LinuxResources resources) => resources.HugepageLimits.Count > 0 ? Field : null;

    public override void Validate(LinuxResources resources) => ResourceValues.CheckHugepages(resources.HugepageLimits, Field);

    // As on v1, reservations are limited beside the use, so that mmap(2) fails in place of a SIGBUS. Since 5.7.
    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        for (int i = 0; i < resources.HugepageLimits.Count; i++)
        {
            HugepageLimit limit = resources.HugepageLimits[i];
            string value = limit.Limit.ToString();
            string file = $"hugetlb.{limit.PageSize}.max";
            if (!directory.TryWrite(file, value, out Errno errno))
                throw CgroupErrors.Write($"{Field}[{i}]", directory[file], value, errno, errno == Errno.ENOENT ? "this machine has no pages of that size" : null);
            file = $"hugetlb.{limit.PageSize}.rsvd.max";
            if (!directory.TryWrite(file, value, out errno) && errno != Errno.ENOENT)
                throw CgroupErrors.Write($"{Field}[{i}]", directory[file], value, errno);
        }
    }
}
