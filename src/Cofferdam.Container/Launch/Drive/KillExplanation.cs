using Cofferdam.Cgroups;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Why init may have been killed: a memory limit that is too small is the usual reason.</summary>
internal static class KillExplanation
{
    public static string? For(ICgroup? cgroup)
    {
        if (cgroup is null || !cgroup.Exists() || cgroup.ReadOomKillCount() == 0) return null;
        return ": the cgroup ran out of memory (hint: linux.resources.memory.limit is too small to start the program)";
    }
}
