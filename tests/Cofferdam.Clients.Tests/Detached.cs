using System.Text.Json;

namespace Cofferdam.Clients.Tests;

/// <summary>A container that runs in the background until the test is over.</summary>
internal sealed class Detached : IDisposable
{
    private readonly EngineHost _client;

    public Detached(EngineHost client, params IReadOnlyList<string> arguments)
    {
        _client = client;
        Id = client.Run(["run", "-d", .. arguments]).Succeeded();
        int pid = Inspect().GetProperty("State").GetProperty("Pid").GetInt32();
        string lines = client.OnHost("cat", $"/proc/{pid}/cgroup").Succeeded();
        Cgroup = lines.Split('\n').First(l => l.Contains(":pids:", StringComparison.Ordinal)).Split(':')[2];
    }

    public string Id { get; }

    /// <summary>Its path below each controller of the host.</summary>
    public string Cgroup { get; }

    public string Status => Inspect().GetProperty("State").GetProperty(nameof(Status)).GetString()!;

    public JsonElement Inspect() => _client.Inspect(Id);

    /// <summary>Blocks until the container has printed this line.</summary>
    public void WaitForLog(string line) => _client.RunUntil(line, "logs", "-f", Id);

    /// <summary>One file of its cgroup, as the host sees it.</summary>
    public void AssertCgroup(string controller, string file, string expected) => Assert.Equal(expected, HostCgroups.Read(controller, Cgroup, file));

    public void Dispose() => _client.Run([.. _client.RemoveForced, Id]).Succeeded();
}
