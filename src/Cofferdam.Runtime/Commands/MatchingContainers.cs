using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

/// <summary>crun's --regex: one action on every container whose id matches. One that fails does not spare the others.</summary>
internal static class MatchingContainers
{
    internal static int ForEach(CommandContext context, Action<Container> action)
    {
        using PosixRegex regex = new(context.Arguments[0]);
        int failures = 0;
        foreach (Container container in Container.List(context.Global.Root))
        {
            using Container listed = container;
            if (!regex.IsMatch(container.Id.Value)) continue;
            try
            {
                action(container);
            }
            catch (Exception e) when (e is CofferdamException or LinuxException)
            {
                context.Log.Warning($"container '{container.Id}': {e.Message}");
                failures++;
            }
        }
        if (failures > 0) throw new CofferdamException(ErrorKind.Aborted, $"{failures} of the containers that match '{context.Arguments[0]}' refused");
        return 0;
    }
}
