namespace Cofferdam.Containers.Init;

/// <summary>struct stat of x86-64, as newfstatat(2) fills it.</summary>
internal struct FileStat
{
    public ulong Device, Inode, Links;
    public uint Mode, Uid, Gid, Padding;
    public ulong Rdev;
    public long Size, BlockSize, Blocks;
    public long AccessSeconds, AccessNanoseconds, ModifySeconds, ModifyNanoseconds, ChangeSeconds, ChangeNanoseconds;
    private long _reserved0, _reserved1, _reserved2;

    public readonly uint Kind => Mode & Abi.S_IFMT;

    public readonly bool IsDirectory => Kind == Abi.S_IFDIR;
}
