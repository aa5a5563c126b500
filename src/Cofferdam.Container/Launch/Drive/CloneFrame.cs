using Cofferdam.Containers.Init;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>What the clone child reads. It begins with clone3's arguments, whose address is all that the child gets.</summary>
internal unsafe struct CloneFrame
{
    public CloneArguments Arguments;

    /// <summary>The sealed executable.</summary>
    public int Executable;

    /// <summary>Descriptors that init keeps: their close-on-exec flag is cleared in the child's own table.</summary>
    public int* Inherited;

    public int InheritedCount;

    /// <summary>Become descriptors 0, 1 and 2; -1 leaves them.</summary>
    public fixed int StandardIo[3];

    public byte** Argv;

    public byte** Envp;

    /// <summary>The negated error number, when the child could not execute init.</summary>
    public long Result;

    public int Pidfd;
}
