using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// Resource limits of a process in a user namespace: raising one needs CAP_SYS_RESOURCE over the host, which init has given up
/// there and its parent may have.
/// </summary>
internal static class ParentLimits
{
    public static void Apply(IReadOnlyList<PosixRlimit> limits, int pid)
    {
        for (int i = 0; i < limits.Count; i++)
        {
            try
            {
                ResourceLimits.Set(pid, (int)limits[i].Type, new ResourceLimit(limits[i].Soft, limits[i].Hard));
            }
            catch (LinuxException exception)
            {
                throw new CofferdamException(ErrorKind.PermissionDenied, $"process.rlimits[{i}]: {exception.Message}", exception);
            }
        }
    }
}
