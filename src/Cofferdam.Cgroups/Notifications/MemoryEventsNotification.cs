using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// Running out of memory on cgroup v2: memory.events, which the kernel reports as changed (cgroup-v2.rst) for every line of
/// it, so the two that matter are compared.
/// </summary>
internal sealed class MemoryEventsNotification : CgroupNotification
{
    private ulong _seen;

    private MemoryEventsNotification(OwnedFd file) : base(file, PollEvents.Priority) => _seen = ReadCount() ?? 0;

    /// <param name="directory">The cgroup.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: it has no memory controller.</exception>
    public static MemoryEventsNotification Open(string directory)
    {
        string path = directory + "/memory.events";
        if (Files.TryOpen(path, OpenFlags.ReadOnly, out OwnedFd? file, out Errno errno)) return new MemoryEventsNotification(file);
        if (errno != Errno.ENOENT) throw new LinuxException("open", errno, path);
        throw new CofferdamException(ErrorKind.FailedPrecondition, $"watching memory: cgroup '{directory}' has no memory controller");
    }

    public override bool Take()
    {
        ulong before = _seen;
        _seen = ReadCount() ?? before;
        return _seen > before;
    }

    // Reading from the start is what tells the kernel that the change was seen.
    private ulong? ReadCount()
    {
        Span<byte> buffer = stackalloc byte[512];
        Files.Seek(File, 0);
        if (!Files.TryRead(File, buffer, out int length, out _)) return null;
        Dictionary<string, ulong> values = KernelText.Keyed(Encoding.ASCII.GetString(buffer[..length]));
        return values.GetValueOrDefault("oom") + values.GetValueOrDefault("oom_kill");
    }
}
