using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Waiting for descriptors that come and go (epoll(7)), level-triggered.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public sealed unsafe class Epoll : IDisposable
{
    /// <summary>How many descriptors one wait can tell of; the others are told by the next.</summary>
    public const int Capacity = 32;

    private readonly OwnedFd _epoll;

    /// <summary>epoll_create1(2).</summary>
    public Epoll()
    {
        int fd = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _epoll = fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("epoll_create1");
    }

    // struct epoll_event is u32 events and u64 data, without padding on x86-64 and with four bytes of it elsewhere.
    private static int DataOffset => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static int EventSize => DataOffset + 8;

    /// <summary>Adds a descriptor; remove it before it is closed.</summary>
    public void Add(OwnedFd file, PollEvents events, long token) => Control(Libc.EPOLL_CTL_ADD, file, events, token);

    /// <summary>Changes what is waited for.</summary>
    public void Modify(OwnedFd file, PollEvents events, long token) => Control(Libc.EPOLL_CTL_MOD, file, events, token);

    /// <summary>Removes a descriptor.</summary>
    public void Remove(OwnedFd file) => Control(Libc.EPOLL_CTL_DEL, file, PollEvents.None, 0);

    /// <summary>Waits until something is ready.</summary>
    /// <param name="ready">Gets what is ready, at most <see cref="Capacity"/>.</param>
    /// <param name="timeout">How long, or null for ever.</param>
    /// <returns>How many there are; 0 when the time is over.</returns>
    public int Wait(Span<EpollReady> ready, TimeSpan? timeout = null)
    {
        Span<byte> events = stackalloc byte[Capacity * EventSize];
        long start = Stopwatch.GetTimestamp();
        int count;
        fixed (byte* buffer = events)
        {
            do count = Libc.epoll_wait(_epoll.Fd, buffer, Math.Min(ready.Length, Capacity), Poll.Remaining(start, timeout));
            while (Kernel.Interrupted(count));
        }

        if (count < 0) throw Kernel.Failure("epoll_wait");
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> one = events.Slice(i * EventSize, EventSize);
            ready[i] = new EpollReady(BinaryPrimitives.ReadInt64LittleEndian(one[DataOffset..]), (PollEvents)BinaryPrimitives.ReadUInt32LittleEndian(one));
        }

        return count;
    }

    /// <summary>Closes the epoll descriptor, not those added to it.</summary>
    public void Dispose() => _epoll.Dispose();

    private void Control(int operation, OwnedFd file, PollEvents events, long token)
    {
        Span<byte> one = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(one, (uint)events);
        BinaryPrimitives.WriteInt64LittleEndian(one[DataOffset..], token);
        fixed (byte* native = one)
        {
            if (Libc.epoll_ctl(_epoll.Fd, operation, file.Fd, native) < 0) throw Kernel.Failure("epoll_ctl");
        }
    }
}
