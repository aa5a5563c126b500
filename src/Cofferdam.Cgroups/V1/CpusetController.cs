using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V1;

/// <summary>cpuset: the CPUs and memory nodes that may be used (cgroup-v1/cpusets.rst).</summary>
internal sealed class CpusetController : V1Controller
{
    private const string CpusField = "linux.resources.cpu.cpus";
    private const string MemsField = "linux.resources.cpu.mems";
    private const string Cpus = "cpuset.cpus";
    private const string Mems = "cpuset.mems";

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

    // A new cpuset is empty and nothing can join it. The configured value, where there is one, replaces the parent's and is
    // not written after it: the parent's would be refused if a sibling holds a part of it exclusively.
    public override void Prepare(V1Directory directory, LinuxResources? resources)
    {
        Fill(directory, Cpus, CpusField, resources?.Cpu?.Cpus);
        Fill(directory, Mems, MemsField, resources?.Cpu?.Mems);
    }

    public override void Apply(V1Directory directory, LinuxResources resources, V1Change change)
    {
        if (change.IsPrepared || resources.Cpu is not { } cpu) return;
        if (!string.IsNullOrEmpty(cpu.Cpus)) Set(directory, Cpus, cpu.Cpus, CpusField);
        if (!string.IsNullOrEmpty(cpu.Mems)) Set(directory, Mems, cpu.Mems, MemsField);
    }

    public static CpusetStats ReadStats(V1Directory directory) => new()
    {
        Cpus = KernelText.Ranges(directory.TryRead(Cpus)),
        CpuExclusive = directory.ReadNumber("cpuset.cpu_exclusive"),
        Mems = KernelText.Ranges(directory.TryRead(Mems)),
        MemHardwall = directory.ReadNumber("cpuset.mem_hardwall"),
        MemExclusive = directory.ReadNumber("cpuset.mem_exclusive"),
        MemoryMigrate = directory.ReadNumber("cpuset.memory_migrate"),
        MemorySpreadPage = directory.ReadNumber("cpuset.memory_spread_page"),
        MemorySpreadSlab = directory.ReadNumber("cpuset.memory_spread_slab"),
        MemoryPressure = directory.ReadNumber("cpuset.memory_pressure"),
        SchedLoadBalance = directory.ReadNumber("cpuset.sched_load_balance"),
        SchedRelaxDomainLevel = long.TryParse(directory.TryRead("cpuset.sched_relax_domain_level"), out long level) ? level : 0,
    };

    private static void Fill(V1Directory directory, string file, string field, string? wanted)
    {
        if (!string.IsNullOrEmpty(wanted))
        {
            // A value outside of the parent's is refused, so the parent must have one.
            ValueOf(Parent(directory), file, field);
            Set(directory, file, wanted, field);
        }
        else
        {
            ValueOf(directory, file, field);
        }
    }

    // The directories above may be new as well, or made by others who never used them. The root always has a value.
    private static string ValueOf(V1Directory directory, string file, string field)
    {
        string value = directory.Read(file);
        if (value.Length > 0) return value;
        value = ValueOf(Parent(directory), file, field);
        directory.Write(file, value, field);
        return value;
    }

    private static V1Directory Parent(V1Directory directory) => new(Path.GetDirectoryName(directory.Path)!);

    private static void Set(V1Directory directory, string file, string value, string field)
    {
        if (directory.TryWrite(file, value, out Errno errno)) return;
        string? hint = errno switch
        {
            Errno.EINVAL => "a sibling may hold some of them exclusively, or none is online",
            Errno.ERANGE => "the machine does not have them",
            Errno.EACCES => $"the parent has '{Parent(directory).TryRead(file)}'",
            Errno.EBUSY => "a nested cgroup uses more",
            _ => null,
        };
        throw CgroupErrors.Write(field, directory[file], value, errno, hint);
    }
}
