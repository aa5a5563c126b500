using System.Text.Json.Nodes;

namespace Cofferdam.Bench;

/// <summary>Which scenarios run under which conditions, in which order.</summary>
internal sealed class Plan(Options options, IReadOnlyList<Peer> peers, Workspace workspace, JsonNode seccomp)
{
    private readonly Rounds _rounds = new(workspace, peers, options.Rounds);
    private readonly List<Outcome> _outcomes = [];
    private readonly List<MemoryOutcome> _memory = [];

    public Report Measure()
    {
        WithAndWithoutPauses("run", () => new RunScenario("run", "run /bin/true"));
        WithAndWithoutPauses("run-seccomp", () => new RunScenario("run-seccomp", "run, Docker's seccomp profile", seccomp));
        WithAndWithoutPauses("lifecycle", () => new LifecycleScenario());
        WithAndWithoutPauses("exec", () => new ExecScenario());
        OnAHostWithManyMounts();
        OnAHostWithManyContainers();
        Memory();
        return new Report(peers[0], peers, _outcomes, _memory, DescribeHost());
    }

    private void WithAndWithoutPauses(string name, Func<Scenario> create)
    {
        if (options.Only.Contains(name))
        {
            _outcomes.Add(_rounds.Measure(Announce(create()), "back to back", 0));
            _outcomes.Add(_rounds.Measure(create(), "20 ms pauses", 20));
        }
    }

    private void OnAHostWithManyMounts()
    {
        if (options.Only.Contains("mounts"))
        {
            workspace.AddMounts(options.Mounts);
            _outcomes.Add(_rounds.Measure(Announce(new RunScenario("run", "run /bin/true")), $"{options.Mounts} mounts on the host", 0));
            workspace.RemoveMounts();
        }
    }

    private void OnAHostWithManyContainers()
    {
        if (!options.Only.Contains("live"))
        {
            return;
        }

        // Whoever starts them, they are the same load on the kernel for all.
        List<SleepingContainer> live = [.. Enumerable.Range(0, options.Live).Select(i => new SleepingContainer(peers[0], workspace, $"live{i}"))];
        live.ForEach(c => c.Start());
        _outcomes.Add(_rounds.Measure(Announce(new RunScenario("run", "run /bin/true")), $"{options.Live} containers live", 0));
        live.ForEach(c => c.Delete());
    }

    private void Memory()
    {
        if (options.Only.Contains("memory"))
        {
            Console.Error.WriteLine("memory …");
            _memory.Add(_rounds.Measure("smallest-limit", "smallest memory limit that starts", MemoryMeasures.SmallestLimit));
            _memory.Add(_rounds.Measure("container-peak", "peak charged to the container", MemoryMeasures.ContainerPeak));
            _memory.Add(_rounds.Measure("runtime-peak", "peak resident set of run", MemoryMeasures.RuntimePeak));
        }
    }

    private static Scenario Announce(Scenario scenario)
    {
        Console.Error.WriteLine($"{scenario.Title} …");
        return scenario;
    }

    private string DescribeHost()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown CPU";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string cgroups = Workspace.IsV2 ? ", cgroup v2" : workspace.HidUnified ? ", cgroup v1 (the empty v2 tree of this hybrid host hidden)" : "";
        return $"{Environment.ProcessorCount} x {model.Trim()}, Linux {kernel}{cgroups}, {options.Rounds} rounds";
    }
}
