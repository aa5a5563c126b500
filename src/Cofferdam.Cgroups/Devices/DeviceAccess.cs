namespace Cofferdam.Cgroups;

/// <summary>What may be done with a device (cgroup-v1/devices.rst).</summary>
[Flags]
public enum DeviceAccess
{
    None = 0,
    Read = 1,
    Write = 2,
    Mknod = 4,
    All = Read | Write | Mknod,
}
