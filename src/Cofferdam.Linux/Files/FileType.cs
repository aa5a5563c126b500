namespace Cofferdam.Linux;

/// <summary>The type bits of a file's mode (inode(7)), shifted right by twelve: also the types of getdents64(2).</summary>
public enum FileType
{
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    SymbolicLink = 10,
    Socket = 12,
}
