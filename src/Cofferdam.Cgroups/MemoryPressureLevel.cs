namespace Cofferdam.Cgroups;

/// <summary>Levels of memory.pressure_level (cgroup-v1/memory.rst, section 11).</summary>
public enum MemoryPressureLevel
{
    /// <summary>Memory is being reclaimed for new allocations.</summary>
    Low,

    /// <summary>Some swapping, or active file caches are being paged out.</summary>
    Medium,

    /// <summary>About to run out of memory.</summary>
    Critical,
}
