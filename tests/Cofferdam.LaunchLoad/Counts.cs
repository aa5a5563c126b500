using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>What launches must not leave behind in the process that makes them.</summary>
/// <param name="Fds">Open descriptors.</param>
/// <param name="Mounts">Mounts of our mount namespace.</param>
/// <param name="Children">Processes whose parent is this one, zombies too. As subreaper it inherits all orphans.</param>
internal sealed record Counts(int Fds, int Mounts, int Children)
{
    private static readonly TimeSpan _settleLimit = TimeSpan.FromSeconds(5);

    public static Counts Take() => new(
        Directory.GetFileSystemEntries("/proc/self/fd").Length,
        File.ReadAllLines("/proc/self/mountinfo").Length,
        ProcFs.ReadChildren(Environment.ProcessId).Count);

    /// <summary>An orphan that is just ending is no leak: looks until nothing changes any more, within bounds.</summary>
    public static Counts TakeSettled(Counts wanted)
    {
        long start = Stopwatch.GetTimestamp();
        Counts counts = Take();
        while (counts != wanted && Stopwatch.GetElapsedTime(start) < _settleLimit)
        {
            Thread.Sleep(20);
            counts = Take();
        }
        return counts;
    }

    /// <summary>What the descriptors are, for whoever has to find a leak.</summary>
    public static string DescribeFds() => string.Join('\n', Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(static fd => $"{Path.GetFileName(fd)} -> {new FileInfo(fd).LinkTarget}"));

    public string ToJson() => $$"""{"fds":{{Fds}},"mounts":{{Mounts}},"children":{{Children}}}""";
}
