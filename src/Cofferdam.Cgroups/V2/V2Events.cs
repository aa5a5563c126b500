using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V2;

/// <summary>cgroup.events, whose changes poll(2) reports (cgroup-v2.rst, "[Un]populated Notification").</summary>
internal sealed class V2Events : IDisposable
{
    private const string FileName = "cgroup.events";

    private readonly OwnedFd _file;

    private V2Events(OwnedFd file) => _file = file;

    /// <summary>Whether the cgroup or one below it has live processes; false for one that is gone.</summary>
    public static bool IsPopulated(V2Directory directory) => Holds(directory.TryRead(FileName), "populated");

    /// <summary>Whether all processes are frozen.</summary>
    public static bool IsFrozen(V2Directory directory) => Holds(directory.TryRead(FileName), "frozen");

    /// <summary>Opens the file for waiting, or returns null if the cgroup is gone.</summary>
    public static V2Events? TryOpen(V2Directory directory) =>
        directory.TryOpenFile(FileName, OpenFlags.ReadOnly, out OwnedFd? file, out _) ? new V2Events(file) : null;

    /// <summary>Waits until the cgroup is frozen.</summary>
    /// <returns>False when the time is over, or the cgroup is gone.</returns>
    public bool WaitUntilFrozen(TimeSpan limit) => Wait("frozen", '1', limit) == true;

    /// <summary>Waits until there is no live process in the cgroup and those below, or no cgroup.</summary>
    /// <returns>False when the time is over.</returns>
    public bool WaitUntilEmpty(TimeSpan limit) => Wait("populated", '0', limit) != false;

    public void Dispose() => _file.Dispose();

    // Null when the cgroup is gone. Reading from the start is what tells the kernel that a change was seen.
    private bool? Wait(string key, char value, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        Span<byte> buffer = stackalloc byte[128];
        while (true)
        {
            Files.Seek(_file, 0);
            if (!Files.TryRead(_file, buffer, out int length, out _)) return null;
            if (ValueOf(System.Text.Encoding.ASCII.GetString(buffer[..length]), key) == value) return true;
            TimeSpan left = limit - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return false;
            PollItem item = new(_file, PollEvents.Priority);
            Poll.Wait(new Span<PollItem>(ref item), left);
        }
    }

    private static bool Holds(string? text, string key) => text is not null && ValueOf(text, key) == '1';

    private static char ValueOf(string text, string key)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.Length == key.Length + 2 && line.StartsWith(key)) return line[^1];
        }

        return '\0';
    }
}
