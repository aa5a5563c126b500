namespace Cofferdam.Containers.Init;

/// <summary>struct mount_attr of mount_setattr(2), Linux 5.12.</summary>
internal struct MountAttr
{
    public ulong Set;
    public ulong Clear;
    public ulong Propagation;
    public ulong UserNamespace;
}
