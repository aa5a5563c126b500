namespace Cofferdam.Containers.Init;

/// <summary>struct statfs of 64-bit machines, as fstatfs(2) fills it.</summary>
internal struct FileSystemStat
{
    public long Type, BlockSize;
    public ulong Blocks, Free, Available, Files, FreeFiles;
    public long Id, NameLength, FragmentSize, Flags;
    private long _spare0, _spare1, _spare2, _spare3;
}
