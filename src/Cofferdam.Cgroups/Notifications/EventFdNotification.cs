using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>What cgroup v1 reports through cgroup.event_control (cgroup-v1/memory.rst, sections 9 to 11): an eventfd(2).</summary>
internal sealed class EventFdNotification(OwnedFd events) : CgroupNotification(events, PollEvents.Readable)
{
    public override bool Take()
    {
        Span<byte> count = stackalloc byte[8];
        return Files.TryRead(File, count, out int length, out _) && length == count.Length;
    }
}
