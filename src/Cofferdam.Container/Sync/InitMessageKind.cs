namespace Cofferdam.Containers.Sync;

/// <summary>What init and its parent say to each other over a SOCK_SEQPACKET pair, one <see cref="InitMessage"/> each.</summary>
/// <remarks>
/// <code>
/// init                          parent
/// Forked(pid)            ─────▶ init goes on as this child of the parent; the one before it is gone
/// AtPoint(SyncPoint)     ─────▶ does the work of that point (SyncPoint.cs); a source tree travels with it
///                        ◀───── Go (with the tasks files of the cgroup, or a source tree where init sent none)
/// Terminal + fd          ─────▶ keeps the pty master, or sends it to the console socket
/// SeccompListener + fd   ─────▶ sends it to the listener path
///                        ◀───── Go
/// Ready                  ─────▶ create: writes state.json; run: nothing waits any more
///                        ◀───── Go   (then init waits at exec.fifo, or executes at once)
/// Failed(step, errno)    ─────▶ turns it into a message; init exits with 1
/// end of file            ─────▶ the program is executing (after Ready), or init died (before)
/// </code>
/// End of file on init's side means that the parent is gone: init exits and leaves nothing behind but what the kernel
/// takes back with it.
/// </remarks>
internal enum InitMessageKind
{
    None,
    Forked,
    AtPoint,
    Terminal,
    SeccompListener,
    Ready,
    Failed,
    Go,
}
