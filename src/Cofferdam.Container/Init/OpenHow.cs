namespace Cofferdam.Containers.Init;

/// <summary>struct open_how of openat2(2).</summary>
internal struct OpenHow
{
    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}
