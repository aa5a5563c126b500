namespace Cofferdam.Cgroups;

/// <summary>
/// Levels of memory.pressure_level on cgroup v1 (cgroup-v1/memory.rst, section 11); on cgroup v2 shares of time in which
/// processes wait for memory (psi.rst).
/// </summary>
public enum MemoryPressureLevel
{
    /// <summary>Memory is being reclaimed for new allocations; v2: some process waits a twentieth of the time.</summary>
    Low,

    /// <summary>Some swapping, or active file caches are being paged out; v2: some process waits a fifth of the time.</summary>
    Medium,

    /// <summary>About to run out of memory; v2: all processes wait a tenth of the time.</summary>
    Critical,
}
