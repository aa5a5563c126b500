using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;

namespace Cofferdam.Containers.State;

/// <summary>
/// The rendezvous of start and a waiting init. Init blocks in open(2) of the fifo for writing until start opens it for
/// reading; then it writes one byte, goes on, and its descriptor is closed by the exec that ends it:
/// <code>
/// '0'                     init is on its way
/// '0', end of file        the program is executing (or init was killed)
/// '0', InitMessage, EOF   init could not execute the program, and why
/// </code>
/// </summary>
internal static class ExecFifo
{
    private const string NotWaiting = "container's init does not wait for start";

    // Init has nothing to do between the two ends meeting and the byte; only a process that never was at the fifo is silent.
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Releases init and waits until it executes the program.</summary>
    /// <returns>Null, or what init says went wrong.</returns>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: init died, or does not wait.</exception>
    public static InitMessage? Release(StateLock held, OwnedFd init)
    {
        // Non-blocking: an open for reading would wait for ever for an init that died before.
        using OwnedFd fifo = Files.OpenAt(held.Directory, StateDirectory.FifoName, OpenFlags.NonBlocking | OpenFlags.NoFollow);
        byte[] answer = new byte[1 + Unsafe.SizeOf<InitMessage>()];
        int length = 0;
        while (length < answer.Length)
        {
            PollItem[] items = [new(fifo, PollEvents.Readable), new(init, PollEvents.Readable)];
            if (Poll.Wait(items, length == 0 ? _answerLimit : null) == 0)
                throw new CofferdamException(ErrorKind.FailedPrecondition, NotWaiting);
            bool initDied = items[1].Ready != PollEvents.None;
            bool read = Files.TryRead(fifo, answer.AsSpan(length), out int count, out Errno errno);
            if (!read && errno != Errno.EAGAIN) throw new LinuxException("read", errno, StateDirectory.FifoName);
            if (read && count > 0)
            {
                if (length == 0) Files.TryUnlink(StateDirectory.FifoName, out _, held.Directory);
                length += count;
                continue;
            }

            if (length == 0 && initDied) throw new CofferdamException(ErrorKind.FailedPrecondition, "container's init died before it was started");
            // End of file. Without a byte before it, a writer came and went that was not our init.
            if (length == 0 && items[0].Ready != PollEvents.None) throw new CofferdamException(ErrorKind.FailedPrecondition, NotWaiting);
            if (length > 0 && (read || initDied)) break;
        }

        return length == answer.Length ? MemoryMarshal.Read<InitMessage>(answer.AsSpan(1)) : null;
    }
}
