using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>SCMP_ACT_NOTIFY: the agent at listenerPath gets the listener and answers for the kernel.</summary>
public sealed class SeccompNotifyTests : BlackBoxTest
{
    private const int Swapoff = 168;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_listener_comes_at_create_and_answers_after_start(bool noNewPrivileges)
    {
        Container container = NewContainer("sh", "-c", "swapoff /x 2>/said; true");
        using var agent = new FdReceiver(Path.Combine(Scratch.Directory, "agent.sock"));
        container.Config.Set("process.noNewPrivileges", noNewPrivileges ? "true" : "false");
        container.Config.Set("linux.seccomp", $$"""
            {"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"{{agent.Path}}","listenerMetadata":"for you",
             "syscalls":[{"names":["swapoff"],"action":"SCMP_ACT_NOTIFY"}]}
            """);
        Task<(string Text, IReadOnlyList<int> Fds)> taking = Task.Run(() => agent.Receive());
        container.Create().Ok();
        (string Text, IReadOnlyList<int> Fds) message = await taking;
        JsonNode state = JsonNode.Parse(message.Text)!;
        Assert.Equal("[\"seccompFd\"]", state["fds"]!.ToJsonString());
        Assert.Equal("for you", (string)state["metadata"]!);
        Assert.Equal("creating", (string)state["state"]!["status"]!);
        Assert.Equal(container.Pid(), (int)state["pid"]!);
        int listener = Assert.Single(message.Fds);
        container.Start().Ok();
        Assert.Equal(Swapoff, SeccompAgent.Refuse(listener, errno: 95));
        container.WaitForStatus("stopped");
        Assert.Contains("Operation not supported", File.ReadAllText(container.Inside("said")), StringComparison.Ordinal);
    }
}
