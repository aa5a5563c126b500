using Cofferdam.Cgroups;

namespace Cofferdam.Containers;

/// <summary>One thing that a <see cref="MemoryWatch"/> has seen.</summary>
/// <param name="Time">When it was seen.</param>
/// <param name="Oom">For a watch of running out of memory: what was found out. Null for one of pressure.</param>
public sealed record MemoryNotice(DateTimeOffset Time, OomReport? Oom);
