namespace Cofferdam.Containers.Sync;

/// <summary>What init and its parent say to each other over a SOCK_SEQPACKET pair, one <see cref="InitMessage"/> each.</summary>
/// <remarks>
/// <code>
/// init                          parent
/// Forked(pid)            ─────▶ the process that goes on has this pid; the sender is gone
///                        ◀───── Go   (to the new process, which has waited for it before its first step)
/// AtPoint(SyncPoint)     ─────▶ does the work of that point (SyncPoint.cs)
///                        ◀───── Go
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
