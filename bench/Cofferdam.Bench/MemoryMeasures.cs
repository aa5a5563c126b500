using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Cofferdam.Bench;

/// <summary>How little memory a runtime needs.</summary>
internal static class MemoryMeasures
{
    private const int Step = 16 * 1024;

    private const int MostSteps = 4096;

    /// <summary>The smallest linux.resources.memory.limit with which <c>run</c> /bin/true succeeds three times, to 16 KiB, in KiB.</summary>
    /// <remarks>
    /// Sought from below: with more than 256 KiB the kernel charges 64 pages ahead on each processor, and what one has so, another
    /// may not get back in time, so that a limit that is a little higher may be too small.
    /// </remarks>
    public static double SmallestLimit(Peer peer, Workspace workspace)
    {
        Bundle bundle = workspace.CreateBundle("/bin/true", peer.Name);
        string state = workspace.StateOf(peer);
        var run = new Command(peer.Program, "--root", state, "run", "--bundle", bundle.Folder, "bench-limit");
        var delete = new Command(peer.Program, "--root", state, "delete", "--force", "bench-limit");
        for (int steps = 1; steps <= MostSteps; steps++)
        {
            if (Starts(bundle, run, delete, steps))
            {
                return steps * Step / 1024.0;
            }
        }

        throw new PeerFailedException("does not start with 64 MiB either");
    }

    /// <summary>Peak of the memory cgroup after create and start of a container that sleeps, in KiB.</summary>
    public static double ContainerPeak(Peer peer, Workspace workspace)
    {
        var container = new SleepingContainer(peer, workspace, "bench-peak-" + peer.Name);
        container.Start();
        double bytes = double.Parse(File.ReadAllText(workspace.MemoryPeakFile(container.Id)));
        container.Delete();
        return bytes / 1024;
    }

    /// <summary>Largest resident set among the processes of one <c>run</c> /bin/true, in KiB, as GNU time sees it.</summary>
    /// <remarks>A spawned process inherits the peak of its parent; time(1) is smaller than any runtime, this program is not.</remarks>
    public static double RuntimePeak(Peer peer, Workspace workspace)
    {
        Bundle bundle = workspace.CreateBundle("/bin/true", peer.Name);
        bundle.Write();
        string output = Path.Combine(bundle.Folder, "time");
        ProcessStartInfo start = new("/usr/bin/time",
            ["-f", "%M", "-o", output, peer.Program, "--root", workspace.StateOf(peer), "run", "--bundle", bundle.Folder, "bench"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return double.Parse(File.ReadAllLines(output)[^1]);
    }

    private static bool Starts(Bundle bundle, Command run, Command delete, int steps)
    {
        bundle.Config["linux"]!["resources"]!["memory"] = new JsonObject { ["limit"] = (long)steps * Step };
        bundle.Write();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            if (run.TryRun(out _) != 0)
            {
                // Some runtimes leave the state of a start that the OOM killer ended.
                delete.TryRun(out _);
                return false;
            }
        }

        return true;
    }
}
