using System.Globalization;
using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>What is told of a container that ran out of memory. The other runtimes tell no more than that it did.</summary>
public sealed class OomTests : BlackBoxTest
{
    private const int Limit = 20971520;

    public OomTests() => Assert.SkipUnless(RuntimeUnderTest.IsOurs, "only we tell whose limit it was");

    [Fact]
    public void Run_says_which_limit_was_met_and_what_was_killed()
    {
        Container container = Limited(NewContainer("sh", "-c", "tail /dev/zero"));
        CommandResult result = container.Run();
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"container '{container.Id}': out of memory: the container's cgroup '", result.Stderr, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"/{container.CgroupName}' met its limit of {Limit} bytes (peak "), result.Stderr, StringComparison.Ordinal);
        if (MayReadLog) Assert.Contains("('tail')", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_that_fails_for_another_reason_says_nothing_of_memory()
    {
        CommandResult result = Limited(NewContainer("sh", "-c", "exit 3")).Run();
        Assert.Equal(3, result.ExitCode);
        Assert.DoesNotContain("memory", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void The_event_says_which_limit_was_met_also_when_it_is_the_last()
    {
        Container container = Limited(NewContainer("sh", "-c", "while [ ! -e /go ]; do usleep 10000; done; exec tail /dev/zero"));
        container.CreatedAndStarted();
        using Command events = Watch(container);
        string cgroup = MemoryCgroup(container.Pid());
        File.WriteAllText(container.Inside("go"), "");
        Assert.False(events.Wait().TimedOut, "events ends with the container");
        JsonNode data = OomData(events);
        Assert.Equal("container", (string?)data["scope"]);
        Assert.Equal(cgroup, (string?)data["cgroup"]);
        Assert.Equal(Limit, (long)data["limit"]!);
        Assert.InRange((long)data["peak"]!, Limit / 2, Limit);
        Assert.Equal(1, (long)data["kills"]!);
        if (MayReadLog) Assert.Equal("tail", (string?)data["victim"]!["name"]);
    }

    [Fact]
    public void A_limit_above_the_container_s_is_named()
    {
        Container container = NewContainer("sh", "-c", "while [ ! -e /go ]; do usleep 10000; done; tail /dev/zero; sleep 1000");
        container.Config.SetText("linux.cgroupsPath", Surroundings.CgroupsPath($"coffer-test-{container.Id}") + "/inner");
        container.CreatedAndStarted();
        string above = Path.GetDirectoryName(MemoryCgroup(container.Pid()))!;
        SetLimit(above);
        using Command events = Watch(container);
        File.WriteAllText(container.Inside("go"), "");
        JsonNode data = WaitForOomData(events);
        Assert.Equal("ancestor", (string?)data["scope"]);
        Assert.Equal(above, (string?)data["cgroup"]);
        Assert.Equal(Limit, (long)data["limit"]!);
        container.Delete("--force").Ok();
        RemoveCgroups(container.Id);
    }

    [Fact]
    public void A_limit_inside_of_the_container_is_named()
    {
        Container container = NewContainer().Running();
        string own = MemoryCgroup(container.Pid());
        string nested = own + "/nested";
        if (own.Contains("/memory/", StringComparison.Ordinal)) Directory.CreateDirectory(nested);
        else Nest(own, nested);
        SetLimit(nested);
        using Command events = Watch(container);
        Scratch.Host("sh", "-c", $"echo $$ >{nested}/cgroup.procs && exec tail /dev/zero");
        container.Kill("KILL").Ok();
        Assert.False(events.Wait().TimedOut, "events ends with the container");
        // cgroup v1 tells nothing of it to those above, so there it comes with the end.
        JsonNode data = OomData(events);
        Assert.Equal("nested", (string?)data["scope"]);
        Assert.Equal(nested, (string?)data["cgroup"]);
        Assert.Equal(1, (long)data["kills"]!);
    }

    // cgroup v2 has no controllers below a cgroup with processes of its own.
    private static void Nest(string own, string nested)
    {
        string main = Directory.CreateDirectory(own + "/main").FullName;
        foreach (string pid in File.ReadAllLines(own + "/cgroup.procs")) File.WriteAllText(main + "/cgroup.procs", pid);
        File.WriteAllText(own + "/cgroup.subtree_control", "+memory");
        Directory.CreateDirectory(nested);
    }

    private static bool MayReadLog
    {
        get
        {
            try
            {
                using FileStream log = File.OpenRead("/dev/kmsg");
                return true;
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                return false;
            }
        }
    }

    private static Container Limited(Container container)
    {
        string limit = string.Create(CultureInfo.InvariantCulture, $$"""{"limit":{{Limit}},"swap":{{Limit}}}""");
        container.Config.Set("linux.resources.memory", limit);
        return container;
    }

    private Command Watch(Container container)
    {
        Command events = Scratch.StartOci(Scratch.Options(), "events", "--interval", "50ms", container.Id);
        Eventually.True(() => events.Stdout.Contains("\"stats\"", StringComparison.Ordinal), "events is under way");
        return events;
    }

    private static JsonNode WaitForOomData(Command events)
    {
        Eventually.True(() => OomLine(events) is not null, "the oom event");
        return OomData(events);
    }

    private static JsonNode OomData(Command events)
    {
        string? line = OomLine(events);
        Assert.True(line is not null, $"an oom event in: {events.Stdout}");
        return JsonNode.Parse(line)!["data"]!;
    }

    // Only whole lines: the output may be read while one is written.
    private static string? OomLine(Command events)
    {
        string output = events.Stdout;
        return output[..(output.LastIndexOf('\n') + 1)].Split('\n').FirstOrDefault(static l => l.StartsWith("{\"type\":\"oom\"", StringComparison.Ordinal));
    }

    private static string MemoryCgroup(int pid)
    {
        string[] lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup"));
        string? v1 = lines.FirstOrDefault(static l => l.Split(':')[1] == "memory");
        return v1 is not null ? "/sys/fs/cgroup/memory" + v1.Split(':', 3)[2] : "/sys/fs/cgroup" + lines.First(static l => l.StartsWith("0::", StringComparison.Ordinal))[3..];
    }

    private static void SetLimit(string cgroup)
    {
        bool isV1 = File.Exists(cgroup + "/memory.limit_in_bytes");
        string value = Limit.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(cgroup + (isV1 ? "/memory.limit_in_bytes" : "/memory.max"), value);
        string swap = cgroup + (isV1 ? "/memory.memsw.limit_in_bytes" : "/memory.swap.max");
        if (File.Exists(swap)) File.WriteAllText(swap, isV1 ? value : "0");
    }

    // The runtime removes the container's cgroup, not those above it.
    private static void RemoveCgroups(string id)
    {
        foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            string directory = $"{hierarchy}/coffer-test-{id}";
            if (Directory.Exists(directory)) Directory.Delete(directory);
        }
    }
}
