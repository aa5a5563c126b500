namespace Cofferdam.Linux;

/// <summary>The MS_* flags of mount(2).</summary>
[Flags]
public enum MountFlags : ulong
{
    None = 0,
    ReadOnly = 1,
    NoSuid = 2,
    NoDev = 4,
    NoExec = 8,
    Synchronous = 0x10,
    Remount = 0x20,
    MandatoryLocks = 0x40,
    DirectorySynchronous = 0x80,
    NoSymbolicLinks = 0x100,
    NoAccessTimes = 0x400,
    NoDirectoryAccessTimes = 0x800,
    Bind = 0x1000,
    Move = 0x2000,
    Recursive = 0x4000,
    Silent = 0x8000,
    PosixAcl = 0x10000,
    Unbindable = 0x20000,
    Private = 0x40000,
    Slave = 0x80000,
    Shared = 0x100000,
    RelativeAccessTimes = 0x200000,
    InodeVersion = 0x800000,
    StrictAccessTimes = 0x1000000,
    LazyTimes = 0x2000000,
}
