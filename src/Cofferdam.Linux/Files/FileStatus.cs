namespace Cofferdam.Linux;

/// <summary>What statx(2) tells about a file.</summary>
/// <param name="Type">The kind of file.</param>
/// <param name="Permissions">The lower twelve bits of the mode.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Links">The number of names.</param>
/// <param name="Inode">The inode's number in its file system.</param>
/// <param name="FileSystemMajor">With <paramref name="FileSystemMinor"/>: the device of the file system that holds it.</param>
/// <param name="FileSystemMinor">The minor number of the file system's device.</param>
/// <param name="DeviceMajor">With <paramref name="DeviceMinor"/>: the device that a device node stands for.</param>
/// <param name="DeviceMinor">The minor number of a device node.</param>
/// <param name="MountId">The mount through which it was reached; 0 before Linux 5.8.</param>
public readonly record struct FileStatus(
    FileType Type,
    int Permissions,
    uint Uid,
    uint Gid,
    long Size,
    long Links,
    ulong Inode,
    uint FileSystemMajor,
    uint FileSystemMinor,
    uint DeviceMajor,
    uint DeviceMinor,
    ulong MountId)
{
    /// <summary>True when both are the same file, also when reached by different names.</summary>
    public bool IsSameFile(FileStatus other) =>
        Inode == other.Inode && FileSystemMajor == other.FileSystemMajor && FileSystemMinor == other.FileSystemMinor;
}
