using System.Runtime.InteropServices;

namespace Cofferdam.Bench.Shims;

/// <summary>One run: finds the shims, gives each its lane, measures, prints, and leaves nothing behind.</summary>
internal static class ShimBenchmark
{
    private const string Strace = "/usr/bin/strace";

    public static int Run(ShimOptions options)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupted = StopAt(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminated = StopAt(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration hungUp = StopAt(PosixSignal.SIGHUP, stop);
        Descendants.Adopt();
        var programs = new ProgramFinder(options.Containerd);
        List<ShimPeer> wanted = [.. ShimPeer.All(options.Shim ?? Path.Combine(options.Repository, "out/bin/containerd-shim-coffer-v2"), programs)
            .Where(p => options.Peers.Count == 0 || options.Peers.Contains(p.Name))];
        List<ShimPeer> peers = [.. wanted.Where(p => p.Missing == null)];
        string? missing = !File.Exists(programs.Containerd) ? "no containerd found: eng/install-packages.sh bench installs it"
            : peers.Count == 0 ? "no shim found: ./build.sh makes ours, eng/install-packages.sh bench installs containerd's" : null;
        if (missing != null)
        {
            Console.Error.WriteLine(missing);
            return 1;
        }

        foreach (ShimPeer peer in wanted.Except(peers))
        {
            Console.Error.WriteLine($"{peer.Name} is left out: '{peer.Missing}' is not there");
        }

        try
        {
            Write(Measure(options, programs, peers, [.. wanted.Except(peers)], stop.Token), options);
            return 0;
        }
        catch (Exception) when (stop.Token.WaitHandle.WaitOne(100))
        {
            // ^C ends children, too: what they did not do then is no failure.
            Console.Error.WriteLine("stopped; nothing was left behind");
            return 130;
        }
        catch (Exception failure)
        {
            // Whatever it was: unhandled it would end the program before the finally blocks have tidied up.
            Console.Error.WriteLine(failure is PeerFailedException ? failure.Message : failure.ToString());
            return 1;
        }
    }

    private static PosixSignalRegistration StopAt(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    private static ShimReport Measure(ShimOptions options, ProgramFinder programs, IReadOnlyList<ShimPeer> peers, IReadOnlyList<ShimPeer> missing, CancellationToken stop)
    {
        string disk = Directory.CreateTempSubdirectory("coffer-bench-disk-").FullName;
        using var workspace = new Workspace();
        try
        {
            // Shims, runc and ctr keep sockets, state and fifos there.
            Workspace.Cover("/run");
            BusyboxImage.Write(Path.Combine(workspace.Folder, "image.tar"), workspace.Rootfs);
            List<Lane> lanes = [.. peers.Select(p => new Lane(p, programs, workspace, disk))];
            string load = Load();
            var report = new ShimReport(lanes);
            foreach (Measure measure in Chosen(options))
            {
                var turns = new Turns(lanes, stop);
                foreach (Section section in measure.Run(turns, options))
                {
                    report.Add(section);
                }

                report.Failures.AddRange(turns.Failures.Select(f => $"{measure.Name}: {f}"));
                report.Counts ??= (measure as CallsMeasure)?.Counts;
            }

            report.Header = Header(options, programs, peers, missing, $"{load} at the start, {Load()} at the end", workspace);
            return report;
        }
        finally
        {
            CpuGroup.Leave();
            Descendants.KillAll();
            Directory.Delete(disk, recursive: true);
        }
    }

    private static IEnumerable<Measure> Chosen(ShimOptions options)
    {
        Measure[] all = [new MemoryMeasure(), new RunMeasure(), new DetachedMeasure(), new CtrExecMeasure(), new LifeMeasure(), new DirectExecMeasure(), new ParallelMeasure(), new CallsMeasure()];
        return all.Where(m => (options.Only.Count == 0 || options.Only.Contains(m.Name)) && (m is not CallsMeasure || File.Exists(Strace)));
    }

    private static IReadOnlyList<string> Header(ShimOptions options, ProgramFinder programs, IReadOnlyList<ShimPeer> peers, IReadOnlyList<ShimPeer> missing, string load, Workspace workspace)
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown CPU";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string cgroups = Workspace.IsV2 ? "cgroup v2" : workspace.HidUnified ? "cgroup v1 (the empty v2 tree of this hybrid host hidden)" : "cgroup v1";
        return
        [
            $"{Environment.ProcessorCount} x {model.Trim()}, Linux {kernel}, {cgroups}; {options.Rounds} rounds, the shims interleaved in random order; load average {load}",
            $"containerd {ProgramFinder.Version(programs.Containerd, "--version")}, driven by its ctr; each shim has a containerd of its own",
            .. peers.Select(p => $"{p.Name}: {Path.GetFileName(p.Program)} {ProgramFinder.Version(p.Program, "-v")}"
                + (p.Name == ShimPeer.Ours ? "" : $" with {p.Name} {ProgramFinder.Version(p.Binary ?? programs.Find("runc"), "--version")}")),
            .. missing.Select(p => $"{p.Name}: left out, '{Path.GetFileName(p.Missing)}' was not there"),
        ];
    }

    // On a busy host the wall clock tells little; CPU, memory and counts still do.
    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static void Write(ShimReport report, ShimOptions options)
    {
        string text = report.ToMarkdown();
        Console.Write(text);
        if (options.Output != null)
        {
            Directory.CreateDirectory(options.Output);
            File.WriteAllText(Path.Combine(options.Output, "shim-bench.md"), text);
            File.WriteAllText(Path.Combine(options.Output, "shim-bench.json"), ShimJsonReport.Write(report, options, DateTimeOffset.UtcNow));
        }
    }
}
