namespace Cofferdam.Containers.Init;

/// <summary>struct clone_args of clone3(2).</summary>
internal struct CloneArguments
{
    public ulong Flags, Pidfd, ChildTid, ParentTid, ExitSignal, Stack, StackSize, Tls, SetTid, SetTidSize, Cgroup;
}
