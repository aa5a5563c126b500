using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>A cgroup's directory with all that a container may have made below it. The same in v1 and v2.</summary>
internal static class CgroupTree
{
    private const string Procs = "cgroup.procs";

    // From the exit of the last process to an empty cgroup the kernel needs far less; a process that outlasts this is stuck.
    private static TimeSpan RemovalLimit => TimeSpan.FromSeconds(10);

    /// <summary>Adds the pids in <paramref name="directory"/>; false if it does not exist.</summary>
    public static bool ReadProcesses(string directory, bool recursive, List<int> pids)
    {
        if (recursive) return CgroupWalk.Visit(directory, cgroup => ReadProcesses(cgroup, pids));
        if (!Files.TryOpen(directory, OpenFlags.Path | OpenFlags.Directory, out OwnedFd? opened, out Errno errno))
            return errno == Errno.ENOENT ? false : throw new LinuxException("open", errno, directory);
        using (opened) ReadProcesses(opened, pids);
        return true;
    }

    /// <summary>The pids in <paramref name="directory"/>, sorted, each once: the kernel promises neither for v1.</summary>
    public static List<int> Processes(string directory, bool recursive)
    {
        List<int> pids = [];
        ReadProcesses(directory, recursive, pids);
        pids.Sort();
        int kept = 0;
        for (int i = 0; i < pids.Count; i++)
        {
            if (i == 0 || pids[i] != pids[i - 1]) pids[kept++] = pids[i];
        }

        pids.RemoveRange(kept, pids.Count - kept);
        return pids;
    }

    /// <summary>The directories directly below.</summary>
    public static List<string> Children(string directory)
    {
        if (!Files.TryOpen(directory, OpenFlags.Directory, out OwnedFd? opened, out _)) return [];
        using (opened) return ChildNames(opened).ConvertAll(name => $"{directory}/{name}");
    }

    /// <summary>The names of the directories directly below one that is open, and may have been removed since.</summary>
    public static List<string> ChildNames(OwnedFd directory)
    {
        List<string> names = [];
        try
        {
            foreach (DirectoryEntry entry in Files.ReadDirectory(directory))
            {
                if (entry.Type == FileType.Directory) names.Add(entry.Name);
            }
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            // systemd removes a scope as soon as its last process ends.
        }

        return names;
    }

    /// <summary>
    /// Makes <paramref name="directory"/> and those above it, adding what was new to <paramref name="made"/>; false with the
    /// answer of the kernel if it cannot be made.
    /// </summary>
    public static bool TryMake(string directory, List<string> made, out Errno errno)
    {
        // The loop is for another runtime that removes the parent again just now.
        for (int attempt = 0; attempt < 8; attempt++)
        {
            if (Files.TryMkdir(null, directory, 0b111_101_101, out errno))
            {
                made.Add(directory);
                return true;
            }

            if (errno == Errno.EEXIST) return true;
            string? parent = Path.GetDirectoryName(directory);
            if (errno != Errno.ENOENT || parent is null || !TryMake(parent, made, out errno)) return false;
        }

        errno = Errno.ENOENT;
        return false;
    }

    /// <summary>Removes <paramref name="directory"/> and all below it, waiting for the processes in it to end.</summary>
    /// <param name="directory">The cgroup.</param>
    /// <param name="start">When the waiting began: the time is for all hierarchies together.</param>
    /// <exception cref="CofferdamException">Processes do not end, or the kernel refuses for another reason.</exception>
    public static void Remove(string directory, long start)
    {
        int pause = 1;
        while (!CgroupWalk.TryRemove(directory, out Errno errno))
        {
            if (errno != Errno.EBUSY) throw new CofferdamException(CgroupErrors.KindOf(errno), $"removing cgroup '{directory}': {errno.Describe()}");
            TimeSpan left = RemovalLimit - Stopwatch.GetElapsedTime(start);
            List<int> pids = Processes(directory, recursive: true);
            if (left <= TimeSpan.Zero)
            {
                string who = pids.Count == 0 ? "" : $" (hint: still running: {string.Join(", ", pids)})";
                throw new CofferdamException(ErrorKind.FailedPrecondition, $"removing cgroup '{directory}': {errno.Describe()}{who}");
            }

            // A task that is past its exit leaves the cgroup a little later, of which v1 tells nobody.
            if (!WaitForExit(pids, left)) Poll.Wait([], TimeSpan.FromMilliseconds(pause = Math.Min(pause * 2, 50)));
        }
    }

    private static void ReadProcesses(OwnedFd cgroup, List<int> pids)
    {
        if (Files.TryReadText(cgroup, Procs, out string? text, out Errno errno)) pids.AddRange(Parse(text));
        else if (errno == Errno.EOPNOTSUPP) ReadThreads(cgroup, pids);
        else if (errno is not (Errno.ENOENT or Errno.ENODEV)) throw new LinuxException("read", errno, Procs);
    }

    // A threaded cgroup of v2 does not list processes: here they are those that its threads belong to.
    private static void ReadThreads(OwnedFd cgroup, List<int> pids)
    {
        if (!Files.TryReadText(cgroup, "cgroup.threads", out string? text, out _)) return;
        foreach (int thread in Parse(text))
        {
            if (Files.TryReadText(ProcFs.PathOf(thread, "status"), out string? status, out _) && ProcFs.ParseStatus(status) is { } found) pids.Add(found.Pid);
        }
    }

    private static List<int> Parse(string text)
    {
        List<int> numbers = [];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            // 0 stands for a process outside of our pid namespace; to kill(2) it would mean ourselves.
            if (int.TryParse(line, out int number) && number > 0) numbers.Add(number);
        }

        return numbers;
    }

    // False when there was nothing to wait for.
    private static bool WaitForExit(List<int> pids, TimeSpan limit)
    {
        bool waited = false;
        foreach (int pid in pids)
        {
            if (!Cofferdam.Linux.Processes.TryOpenPidfd(pid, out OwnedFd? pidfd, out _)) continue;
            using (pidfd)
            {
                // An unreaped process is readable at once and holds no cgroup.
                waited |= !Poll.UntilReadable(pidfd, TimeSpan.Zero) && Poll.UntilReadable(pidfd, limit);
            }
        }

        return waited;
    }
}
