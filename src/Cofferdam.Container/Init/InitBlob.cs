using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Init;

/// <summary>
/// The head of the memory that the parent writes and init maps: the steps of a launch, what they refer to, and the
/// descriptors that init gathers on its way. Every offset counts from the start of the blob; 0 means "none".
/// </summary>
// SAFETY: only its size is taken.
internal unsafe struct InitBlob
{
    /// <summary>
    /// Changes with the layout and with the operations: a program that embeds the library may find a coffer-oci of another
    /// build, which then refuses the plan instead of misreading it.
    /// </summary>
    public static uint ExpectedMagic => 0x43000000u | ((uint)InitOp.Execute << 16) | (uint)sizeof(InitBlob);

    public const int ScratchSize = 64 * 1024;

    public uint Magic;
    public int Size;
    public int StepCount;
    public int StepsOffset;

    /// <summary>A block of <see cref="ScratchSize"/> bytes for paths and small files.</summary>
    public int ScratchOffset;

    /// <summary>Null-terminated arrays of 8-byte offsets to strings; init turns them into pointers before execve.</summary>
    public int ArgumentsOffset, EnvironmentOffset;

    /// <summary>The slot in the environment that receives HOME=…, or -1 when the configuration sets HOME.</summary>
    public int HomeSlot;

    /// <summary>An array of one monotonic time (ns) for each step, filled when the launch is timed.</summary>
    public int TimesOffset;

    // Descriptors given by the parent; -1 where the launch needs none.
    public int SyncFd, FifoFd, HookOutputFd;

    // Descriptors that init opens on its way.
    public int RootFd, HostProcFd, HostNullFd, MaskFd, TerminalFd;

    /// <summary>1 once the working directory is the program's.</summary>
    public int IsInDirectory;

    /// <summary>The negated error number of a hook that could not be executed; written by init's child.</summary>
    public int HookError;

    /// <summary>1 once the sync socket is gone and errors go to the exec fifo.</summary>
    public int Released;

    /// <summary>The number of the next step to run; in an error, the step that failed.</summary>
    public int CurrentStep;

    /// <summary>Where the program to execute was found, as an offset; set by the FindExecutable step.</summary>
    public int ExecutableOffset;

    /// <summary>The pid of the process that a fork left to go on, for it to report.</summary>
    public int ForkedPid;

    /// <summary>The message being sent or received. Here and not on the stack: clearing 288 bytes there calls the runtime.</summary>
    public InitMessage Message;
}
