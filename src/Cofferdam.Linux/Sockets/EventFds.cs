using System.Buffers.Binary;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Counters that can be waited for (eventfd(2)): what cgroup v1 notifies through.</summary>
public static class EventFds
{
    /// <summary>A counter at 0.</summary>
    public static OwnedFd Create(bool nonBlocking = false)
    {
        const int EFD_CLOEXEC = 0x80000;
        const int EFD_NONBLOCK = 0x800;
        int fd = Libc.eventfd(0, EFD_CLOEXEC | (nonBlocking ? EFD_NONBLOCK : 0));
        return fd >= 0 ? new OwnedFd(fd) : throw Kernel.Failure("eventfd");
    }

    /// <summary>Adds to the counter and wakes whoever waits.</summary>
    public static void Add(OwnedFd eventFd, ulong value = 1)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, value);
        Files.WriteAll(eventFd, buffer, "eventfd");
    }

    /// <summary>Waits until the counter is not 0, returns it and sets it to 0.</summary>
    public static ulong Take(OwnedFd eventFd)
    {
        Span<byte> buffer = stackalloc byte[8];
        Files.Read(eventFd, buffer, "eventfd");
        return BinaryPrimitives.ReadUInt64LittleEndian(buffer);
    }
}
