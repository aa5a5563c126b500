using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>linux.netDevices: interfaces that move from the host into the container (runtime-spec 1.3).</summary>
internal static class NetDeviceMoves
{
    public static void Move(IReadOnlyDictionary<string, LinuxNetDevice> devices, int pid)
    {
        using OwnedFd target = Files.Open($"/proc/{pid}/ns/net", OpenFlags.ReadOnly);
        foreach ((string name, LinuxNetDevice device) in devices)
        {
            try
            {
                NetworkDevices.Move(name, target, device.Name);
            }
            catch (LinuxException exception)
            {
                throw new CofferdamException(ErrorKind.FailedPrecondition, $"linux.netDevices.{name}: {exception.Message}", exception);
            }
        }
    }
}
