using System.Diagnostics;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

/// <summary>Races, crashes and hosts that give out: whatever happens, <c>delete --force</c> leaves nothing.</summary>
public sealed class RobustnessTests : BlackBoxTest
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60 * Surroundings.Patience);

    [Fact]
    public void Of_two_racing_creates_exactly_one_succeeds()
    {
        for (int round = 0; round < 5; round++)
        {
            Container container = NewContainer("true");
            container.WriteConfig();
            Command[] racers = [.. Enumerable.Range(0, 2).Select(_ => Scratch.StartOci(Scratch.Options(), "create", "--bundle", container.Bundle, container.Id))];
            int[] codes = [.. racers.Select(r => r.Wait(s_long).ExitCode)];
            Assert.Single(codes, 0);
            Assert.Equal("created", container.Status());
            container.Delete("--force").Ok();
        }
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Of_two_racing_starts_exactly_one_succeeds()
    {
        for (int round = 0; round < 5; round++)
        {
            Container container = NewContainer("sh", "-c", "echo x >>/starts; sleep 1000");
            container.Create().Ok();
            Command[] racers = [.. Enumerable.Range(0, 2).Select(_ => Scratch.StartOci(Scratch.Options(), "start", container.Id))];
            int[] codes = [.. racers.Select(r => r.Wait(s_long).ExitCode)];
            Assert.Single(codes, 0);
            Eventually.True(() => File.Exists(container.Inside("starts")) && File.ReadAllText(container.Inside("starts")).EndsWith('\n'), "the program ran");
            Assert.Single(File.ReadAllLines(container.Inside("starts")));
        }
    }

    [Fact]
    public void Racing_deletes_leave_nothing()
    {
        for (int round = 0; round < 5; round++)
        {
            Container container = NewContainer().Running();
            Command[] racers = [.. Enumerable.Range(0, 3).Select(_ => Scratch.StartOci(Scratch.Options(), "delete", "--force", container.Id))];
            Assert.Contains(racers.Select(r => r.Wait(s_long).ExitCode).ToArray(), c => c == 0);
        }
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Start_against_delete_leaves_nothing()
    {
        for (int round = 0; round < 8; round++)
        {
            Container container = NewContainer("sleep", "1000");
            container.Create().Ok();
            Command start = Scratch.StartOci(Scratch.Options(), "start", container.Id), delete = Scratch.StartOci(Scratch.Options(), "delete", "--force", container.Id);
            Assert.False(start.Wait(s_long).TimedOut, "start ends");
            delete.Wait(s_long).Exits(0);
        }
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Exec_against_delete_leaves_nothing()
    {
        for (int round = 0; round < 5; round++)
        {
            Container container = NewContainer().Running();
            Command exec = Scratch.StartOci(Scratch.Options(), "exec", container.Id, "sleep", "1000"), delete = Scratch.StartOci(Scratch.Options(), "delete", "--force", container.Id);
            delete.Wait(s_long).Exits(0);
            Assert.False(exec.Wait(s_long).TimedOut, "exec ends");
        }
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void State_and_list_never_fail_while_containers_come_and_go()
    {
        Container other = NewContainer().Running();
        Container container = NewContainer("true");
        container.WriteConfig();
        string runtime = string.Join(' ', Scratch.RuntimeArgv([]));
        using Command cycle = Scratch.StartHost("sh", "-c", $"for i in 1 2 3 4 5 6 7 8; do {runtime} run --bundle {container.Bundle} {container.Id}; done");
        while (!cycle.HasExited)
        {
            Assert.Contains(other.Id, Scratch.Oci("list", "-q").Ok().Output.Split('\n'));
            Assert.Equal("running", other.Status());
        }
        cycle.Wait().Ok();
    }

    /// <summary>The moments are spread over the time that the command takes here.</summary>
    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public void After_kill_9_of_the_runtime_delete_force_leaves_nothing(string verb)
    {
        Container probe = NewContainer("sleep", "1000");
        probe.WriteConfig();
        long begin = Stopwatch.GetTimestamp();
        probe.Create().Ok();
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        const int Rounds = 12;
        for (int round = 0; round < Rounds; round++)
        {
            Container container = NewContainer("sleep", "1000");
            container.WriteConfig();
            using Command command = Scratch.StartOci(Scratch.Options(), verb, "--bundle", container.Bundle, container.Id);
            SpinFor(milliseconds * (round + 1) / Rounds);
            command.Signal(Libc.SIGKILL);
            command.Wait();
            Scratch.Oci("delete", "--force", container.Id).Ok();
        }
        probe.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void After_kill_9_of_a_foreground_run_the_container_can_be_deleted()
    {
        Container container = NewContainer("sh", "-c", "touch /up; sleep 1000");
        using Command run = container.StartRun();
        Eventually.True(() => File.Exists(container.Inside("up")), "the program runs");
        run.Signal(Libc.SIGKILL);
        run.Wait();
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void After_kill_9_during_a_hook_delete_force_leaves_nothing()
    {
        Container container = NewContainer("true");
        container.Config.Append("hooks.createRuntime", $$"""{"path":"/bin/sleep","args":["sleep","1000"],"env":["{{Scratch.Marker}}"]}""");
        container.WriteConfig();
        using Command create = Scratch.StartOci(Scratch.Options(), "create", "--bundle", container.Bundle, container.Id);
        int[] Hooks() => [.. Processes.WithEnvironment(Scratch.Marker).Where(p => Processes.CommandLine(p) == "sleep 1000")];
        Eventually.True(() => Hooks().Length > 0, "the hook runs");
        create.Signal(Libc.SIGKILL);
        create.Wait();
        Scratch.Oci("delete", "--force", container.Id).Ok();
        // The hook is a process of the host, outside of the container's cgroup: its end is its own affair.
        foreach (int pid in Hooks())
            Libc.kill(pid, Libc.SIGKILL);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"id\":5}")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_state_file_is_told_of_and_can_be_deleted(string content)
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        int pid = container.Pid();
        string directory = Path.Combine(Scratch.Root, container.Id);
        File.WriteAllText(Path.Combine(directory, RuntimeUnderTest.Name == "crun" ? "status" : "state.json"), content);
        Assert.NotEqual(0, Scratch.Oci("state", container.Id).ExitCode);
        CommandResult delete = Scratch.Oci("delete", "--force", container.Id);
        Libc.kill(pid, Libc.SIGKILL);
        delete.Exits(0);
        Assert.False(Directory.Exists(directory));
        Leaks.Remove(Scratch.Tag, Scratch.Directory);
    }

    [Fact]
    public void A_state_directory_on_a_full_disk_fails_create_and_leaves_nothing()
    {
        Container container = NewContainer("true");
        Directory.CreateDirectory(Scratch.Root);
        Scratch.Host("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=20", "full", Scratch.Root).Ok();
        Scratch.OnClose(() => Libc.umount2(Scratch.Root, 2));
        File.WriteAllBytes(Path.Combine(Scratch.Root, "filler"), new byte[4096]);
        container.Create().Fails(1, "no space left");
        File.Delete(Path.Combine(Scratch.Root, "filler"));
        Assert.DoesNotContain(Scratch.LeaksNow(), l => !l.StartsWith("mount", StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_without_free_inodes_fails_create_and_leaves_nothing()
    {
        Container container = NewContainer("true");
        Directory.CreateDirectory(Scratch.Root);
        Scratch.Host("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=2", "full", Scratch.Root).Ok();
        Scratch.OnClose(() => Libc.umount2(Scratch.Root, 2));
        container.Create().Fails(1);
        Assert.DoesNotContain(Scratch.LeaksNow(), l => !l.StartsWith("mount", StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_that_is_read_only_fails_create_and_leaves_nothing()
    {
        Container container = NewContainer("true");
        Directory.CreateDirectory(Scratch.Root);
        Scratch.Host("mount", "-t", "tmpfs", "-o", "ro", "readonly", Scratch.Root).Ok();
        Scratch.OnClose(() => Libc.umount2(Scratch.Root, 2));
        container.Create().Fails(1, "read-only");
        Assert.DoesNotContain(Scratch.LeaksNow(), l => !l.StartsWith("mount", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rootfs_that_vanished_between_create_and_start_does_not_hang()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        Directory.Delete(container.Rootfs, recursive: true);
        Assert.False(container.Start().TimedOut);
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_pid_file_that_cannot_be_written_fails_create_and_leaves_nothing()
    {
        NewContainer("true").Create("--pid-file", "/no/such/dir/pid").Fails(1, "/no/such/dir");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_failure_late_in_the_start_leaves_nothing()
    {
        // Everything is made before the last mount fails.
        Container container = NewContainer("true");
        container.Config.UserNamespace().Set("linux.resources.memory", """{"limit":67108864}""").Mount("/late", "bind", "/no/such/thing", "bind");
        Scratch.Host("chown", "-hR", "100000:100000", container.Rootfs).Ok();
        container.Create().Fails(1, "/no/such/thing");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Sixteen_containers_run_at_once()
    {
        Container[] all = [.. Enumerable.Range(0, 16).Select(i => NewContainer("sh", "-c", $"echo number {i}; hostname"))];
        Command[] runs = [.. all.Select(c => c.StartRun(Scratch.Options(timeout: s_long)))];
        for (int i = 0; i < runs.Length; i++)
            Assert.Equal($"number {i}\nvessel", runs[i].Wait(s_long).Ok().Output);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void The_runtime_works_with_few_descriptors_allowed() =>
        Assert.Equal("fine", NewContainer("echo", "fine").Run(Scratch.Options(prelude: "ulimit -n 64")).Ok().Output);

    [Fact]
    public void The_runtime_works_when_its_standard_streams_are_closed()
    {
        Container container = NewContainer("sh", "-c", "touch /ran");
        container.WriteConfig();
        Scratch.Host("sh", "-c", $"exec {string.Join(' ', Scratch.RuntimeArgv([]))} run --bundle {container.Bundle} {container.Id} <&- >&- 2>&-").Ok();
        Assert.True(File.Exists(container.Inside("ran")));
    }

    [Fact]
    public void A_program_that_writes_much_is_not_held_up()
    {
        Container container = NewContainer("dd", "if=/dev/zero", "bs=1M", "count=64");
        Assert.Equal(64 << 20, container.Run().Ok().Stdout.Length);
    }

    private static void SpinFor(double milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.Sleep(1);
    }
}
