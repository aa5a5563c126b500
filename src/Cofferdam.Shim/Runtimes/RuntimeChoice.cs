using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;

namespace Cofferdam.Shim.Runtimes;

/// <summary>Chooses what runs a container.</summary>
internal static class RuntimeChoice
{
    public static IRuntime For(ShimOptions options, string containerdNamespace, string id, string bundle, ShimLog log) =>
        options.BinaryName.Length == 0
            ? new OwnRuntime(options, containerdNamespace, id, bundle, log)
            : new ProgramRuntime(options, containerdNamespace, id, bundle, log);

    /// <summary>Takes away what a dead shim left of a container.</summary>
    /// <returns>What went wrong, a line each.</returns>
    public static IReadOnlyList<string> Purge(ShimOptions options, string containerdNamespace, string id, string bundle)
    {
        List<string> problems = [];
        try
        {
            if (options.BinaryName.Length == 0)
            {
                Container.Purge(options.StateRoot(containerdNamespace), new ContainerId(id), problems);
            }
            else
            {
                using ShimLog log = new(Path.Join(bundle, "log"), id, containerdNamespace, isDebug: false);
                using ProgramRuntime runtime = new(options, containerdNamespace, id, bundle, log);
                runtime.Delete();
            }
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            problems.Add(e.Message);
        }

        return problems;
    }
}
