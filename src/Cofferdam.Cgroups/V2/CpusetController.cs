using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>cpuset: the CPUs and memory nodes that may be used (cgroup-v2.rst, "Cpuset"; Linux 5.0).</summary>
/// <remarks>Nothing is to be filled in as on v1: an empty file means the parent's.</remarks>
internal sealed class CpusetController : V2Controller
{
    private const string CpusField = "linux.resources.cpu.cpus";
    private const string MemsField = "linux.resources.cpu.mems";

    public override string Name => "cpuset";

    public override string? NeededBy(LinuxResources resources)
    {
        if (!string.IsNullOrEmpty(resources.Cpu?.Cpus)) return CpusField;
        return string.IsNullOrEmpty(resources.Cpu?.Mems) ? null : MemsField;
    }

    public override void Validate(LinuxResources resources)
    {
        ResourceValues.CheckList(resources.Cpu?.Cpus, CpusField);
        ResourceValues.CheckList(resources.Cpu?.Mems, MemsField);
    }

    public override void Apply(V2Directory directory, LinuxResources resources, V2Change change)
    {
        if (resources.Cpu is not { } cpu) return;
        Set(directory, "cpuset.cpus", cpu.Cpus, CpusField);
        Set(directory, "cpuset.mems", cpu.Mems, MemsField);
    }

    private static void Set(V2Directory directory, string file, string? value, string field)
    {
        if (string.IsNullOrEmpty(value) || directory.TryWrite(file, value, out Errno errno)) return;
        string? hint = errno switch
        {
            Errno.EINVAL or Errno.ERANGE => $"the parent has '{ParentsValue(directory, file)}'",
            Errno.EBUSY => "a sibling may hold some of them exclusively",
            _ => null,
        };
        throw CgroupErrors.Write(field, directory[file], value, errno, hint);
    }

    private static string? ParentsValue(V2Directory directory, string file) => directory.TryRead($"../{file}.effective");
}
