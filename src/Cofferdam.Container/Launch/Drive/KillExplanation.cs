using Cofferdam.Cgroups;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Why init may have been killed: a memory limit that is too small is the usual reason.</summary>
internal static class KillExplanation
{
    public static string? For(ICgroup? cgroup)
    {
        if (cgroup is null || OomInvestigation.Read(cgroup.Paths) is not { } report) return null;
        string hint = report.Scope is OomScope.Container or OomScope.Unknown ? " (hint: linux.resources.memory.limit is too small to start the program)" : "";
        return $": {report.Describe()}{hint}";
    }
}
