namespace Cofferdam.Containers.Checkpoint;

/// <summary>The security module whose labels CRIU saved: its enum lsmtype.</summary>
internal enum LabelOwner : ulong
{
    None = 0,
    Selinux = 1,
    AppArmor = 2,
}
