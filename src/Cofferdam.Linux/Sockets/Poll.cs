using System.Diagnostics;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Waiting for descriptors (poll(2)).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Poll
{
    /// <summary>Waits until one item is ready or the time is over; sets <see cref="PollItem.Ready"/> of each.</summary>
    /// <param name="items">What to wait for.</param>
    /// <param name="timeout">How long, or null for ever.</param>
    /// <returns>How many items are ready; 0 when the time is over.</returns>
    public static int Wait(Span<PollItem> items, TimeSpan? timeout = null)
    {
        Libc.pollfd* fds = stackalloc Libc.pollfd[Math.Min(items.Length, 16)];
        // SAFETY: the array holds as many entries as items; large sets come from the heap and are pinned.
        if (items.Length <= 16) return Run(fds, items, timeout);
        fixed (Libc.pollfd* many = new Libc.pollfd[items.Length]) return Run(many, items, timeout);
    }

    /// <summary>Waits until <paramref name="file"/> can be read (for a pidfd: has ended; for a peer: has closed).</summary>
    /// <returns>False when the time is over.</returns>
    public static bool UntilReadable(OwnedFd file, TimeSpan? timeout = null)
    {
        PollItem item = new(file, PollEvents.Readable);
        return Wait(new Span<PollItem>(ref item), timeout) > 0;
    }

    private static int Run(Libc.pollfd* fds, Span<PollItem> items, TimeSpan? timeout)
    {
        for (int i = 0; i < items.Length; i++) fds[i] = new Libc.pollfd { fd = items[i].File.Fd, events = (short)items[i].Events };

        long start = Stopwatch.GetTimestamp();
        int ready;
        do ready = Libc.poll(fds, (nuint)items.Length, Remaining(start, timeout));
        while (Kernel.Interrupted(ready));
        if (ready < 0) throw Kernel.Failure("poll");

        for (int i = 0; i < items.Length; i++) items[i] = items[i] with { Ready = (PollEvents)(ushort)fds[i].revents };
        return ready;
    }

    // Rounded up: a wait that ends a fraction too early would be taken for the deadline.
    internal static int Remaining(long start, TimeSpan? timeout) =>
        timeout is not { } limit ? -1 : (int)Math.Clamp(Math.Ceiling((limit - Stopwatch.GetElapsedTime(start)).TotalMilliseconds), 0, int.MaxValue);
}
