using System.Globalization;
using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class StateTests : BlackBoxTest
{
    [Fact]
    public void State_prints_the_fields_that_callers_read()
    {
        Container container = NewContainer("true");
        container.Config.Set("annotations", """{"org.example.word":"value"}""");
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        container.Create().Ok();
        JsonObject state = container.State();
        Assert.Equal(container.Id, (string?)state["id"]);
        Assert.Matches("^1\\.[0-9]", (string?)state["ociVersion"]);
        Assert.Equal("created", (string?)state["status"]);
        Assert.Equal(container.Bundle, (string?)state["bundle"]);
        Assert.Equal(container.Rootfs, (string?)state["rootfs"]);
        Assert.Equal("value", (string?)state["annotations"]?["org.example.word"]);
        Assert.True(Processes.IsAlive((int)state["pid"]!));
        var created = DateTimeOffset.Parse((string)state["created"]!, CultureInfo.InvariantCulture);
        Assert.InRange(created, before, DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public void The_pid_of_a_stopped_container_is_zero()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        Assert.Equal(0, container.Pid());
    }

    [Fact]
    public void State_of_an_id_that_does_not_exist_is_refused() => Scratch.Oci("state", "nobody").Fails(1, "nobody");

    [Fact]
    public void The_pid_is_the_first_process_of_the_container()
    {
        Container container = NewContainer().Running();
        string nested = Processes.Status(container.Pid(), "NSpid");
        Assert.EndsWith("\t1", nested, StringComparison.Ordinal);
    }

    [Fact]
    public void List_prints_a_table_with_every_container()
    {
        Container first = NewContainer("true"), second = NewContainer("true");
        first.Create().Ok();
        second.CreatedAndStarted();
        second.WaitForStatus("stopped");
        string[] lines = Scratch.Oci("list").Ok().Output.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^(ID|NAME) +PID +STATUS +BUNDLE +CREATED +OWNER", lines[0]);
        Assert.Contains(lines, l => l.StartsWith(first.Id + " ", StringComparison.Ordinal) && l.Contains(" created ", StringComparison.Ordinal)
            && l.Contains(first.Bundle, StringComparison.Ordinal) && l.TrimEnd().EndsWith(Environment.UserName, StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith(second.Id + " ", StringComparison.Ordinal) && l.Contains(" stopped ", StringComparison.Ordinal));
    }

    [Fact]
    public void List_quiet_prints_ids_only()
    {
        Container first = NewContainer("true"), second = NewContainer("true");
        first.Create().Ok();
        second.Create().Ok();
        Assert.Equal(new[] { first.Id, second.Id }.Order(), Scratch.Oci("list", "-q").Ok().Output.Split('\n').Order());
    }

    [Fact]
    public void List_as_json_gives_the_state_of_each_with_its_owner()
    {
        Container container = NewContainer().Running();
        JsonArray all = JsonNode.Parse(Scratch.Oci("list", "--format", "json").Ok().Stdout)!.AsArray();
        JsonNode only = Assert.Single(all)!;
        Assert.Equal(container.Id, (string?)only["id"]);
        Assert.Equal("running", (string?)only["status"]);
        Assert.Equal(container.Pid(), (int)only["pid"]!);
        Assert.Equal(container.Bundle, (string?)only["bundle"]);
        Assert.Equal(Environment.UserName, (string?)only["owner"]);
    }

    [Fact]
    public void List_of_an_empty_root_is_empty()
    {
        Assert.Equal("", Scratch.Oci("list", "-q").Ok().Output);
        JsonNode? json = JsonNode.Parse(Scratch.Oci("list", "--format=json").Ok().Stdout);
        Assert.Empty(json?.AsArray() ?? []);
    }

    [Fact]
    public void List_refuses_an_unknown_format() => Scratch.Oci("list", "--format", "xml").Fails(1);

    [Fact]
    public void Ps_as_json_is_an_array_of_host_pids()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & touch /up; wait").CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the child was started");
        // What made the file may still be on its way out, and the child on its way to be sleep.
        Eventually.True(() => Pids(container).Length == 2, "the shell has one child");
        int[] pids = Pids(container);
        Assert.Contains(container.Pid(), pids);
        Eventually.True(() => pids.Any(p => Processes.CommandLine(p) == "sleep 1000"), "the child sleeps");
    }

    [Fact]
    public void Ps_as_a_table_shows_the_processes()
    {
        Container container = NewContainer("sleep", "1000").CreatedAndStarted();
        string table = Scratch.Oci("ps", container.Id).Ok().Output;
        Assert.Contains("PID", table.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(container.Pid().ToString(CultureInfo.InvariantCulture), table, StringComparison.Ordinal);
    }

    [Fact]
    public void Ps_takes_the_options_of_ps()
    {
        Container container = NewContainer("sleep", "1000").CreatedAndStarted();
        string table = Scratch.Oci("ps", container.Id, "-e", "-o", "pid,comm").Ok().Output;
        Assert.Contains("sleep", table, StringComparison.Ordinal);
        Assert.Equal(2, table.Split('\n').Length);
    }

    [Fact]
    public void Ps_counts_processes_that_were_executed_later()
    {
        Container container = NewContainer().Running();
        container.ExecWith(["--detach"], "sleep", "999").Ok();
        int[] pids = [.. JsonNode.Parse(Scratch.Oci("ps", "-f", "json", container.Id).Ok().Stdout)!.AsArray().Select(n => (int)n!)];
        Assert.Contains(pids, p => Processes.CommandLine(p) == "sleep 999");
    }

    private int[] Pids(Container container) =>
        [.. JsonNode.Parse(Scratch.Oci("ps", "--format", "json", container.Id).Ok().Stdout)!.AsArray().Select(n => (int)n!)];
}
