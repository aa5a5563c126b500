namespace Cofferdam.Containers.Sync;

/// <summary>One message between init and its parent, or an error that init writes to exec.fifo. Fixed size: 288 bytes.</summary>
internal unsafe struct InitMessage
{
    public const int DetailSize = 256;

    public InitMessageKind Kind;

    /// <summary>The index of the step at work, or that failed; through exec.fifo, counted from the end of the plan (-1 is the last step).</summary>
    public int Step;

    /// <summary>The positive error number of a failure.</summary>
    public int Errno;

    /// <summary>The number of the system call that failed.</summary>
    public int Call;

    /// <summary>The pid of Forked, the <see cref="SyncPoint"/> of AtPoint.</summary>
    public long Value;

    private long _reserved;

    /// <summary>What the kernel or a hook said, NUL-terminated; empty when it said nothing.</summary>
    public fixed byte Detail[DetailSize];
}
