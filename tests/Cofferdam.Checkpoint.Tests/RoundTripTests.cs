using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

public sealed class RoundTripTests : CheckpointTest
{
    [Fact]
    [Trait("Guest", "CI")]
    public void A_counter_goes_on_counting_where_it_was()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        int saved = Count(container);
        Assert.NotEqual(0, Patiently("state", container.Id).ExitCode);
        Assert.Equal(saved, Count(container));
        Ok(Restore(container));
        WaitForCountAbove(container, saved);
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void A_checkpoint_leaves_nothing_of_the_container()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Leave_running_leaves_the_container_running()
    {
        Container container = RunningCounter();
        int pid = container.Pid();
        Ok(Checkpoint(container, "--leave-running"));
        Assert.Equal("running", container.Status());
        Assert.Equal(pid, container.Pid());
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void A_tree_of_processes_comes_back_with_its_pids()
    {
        Container container = NewContainer("sh", "-c",
            "exec >/dev/null 2>&1 </dev/null; (sleep 1000 & sleep 1001 & wait) & mkfifo /f; cat /f | tr a b >/out & exec 9>/f; touch /ready; wait");
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")) && Tree(container).Count == 6, "six processes");
        IReadOnlyList<string> before = Tree(container);
        RoundTrip(container);
        Assert.Equal(before, Tree(container));
        // The pipe between two of them still carries what is written.
        container.ExecSh("echo aaa > /f");
        container.ExecSh("kill $(pidof cat)");
        Await(() => File.ReadAllText(container.Inside("out")) == "bbb\n", "the pipe works");
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void A_container_in_a_user_namespace_comes_back()
    {
        Container container = Counter();
        container.Config.UserNamespace();
        Scratch.Host("chown", "100000:100000", container.Rootfs).Ok();
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        RoundTrip(container);
        WaitForCountAbove(container, Count(container));
        Assert.Equal("0 100000 65536", string.Join(' ', File.ReadAllText($"/proc/{container.Pid()}/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_restored_container_is_a_container_to_every_command()
    {
        Container container = RunningCounter();
        RoundTrip(container);
        Assert.Equal("1", container.ExecSh("echo $(pidof sh | tr ' ' '\\n' | sort -n | head -n 1)"));
        Assert.Contains(container.Id, Patiently("list").Ok().Stdout, StringComparison.Ordinal);
        Assert.Contains("sh -c", Patiently("ps", container.Id).Ok().Stdout, StringComparison.Ordinal);
        Assert.Contains("\"pids\"", Patiently("events", "--stats", container.Id).Ok().Stdout, StringComparison.Ordinal);
        Patiently("pause", container.Id).Ok();
        Assert.Equal("paused", container.Status());
        Patiently("resume", container.Id).Ok();
        Patiently("update", "--pids-limit", "77", container.Id).Ok();
        Assert.Equal("77", container.CgroupFile("pids", "pids.max"));
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_container_can_be_saved_and_restored_again_and_again()
    {
        Container container = RunningCounter();
        for (int i = 0; i < 3; i++)
        {
            RoundTrip(container);
            WaitForCountAbove(container, Count(container));
        }
    }

    [Fact]
    public void A_paused_container_can_be_saved()
    {
        Container container = RunningCounter();
        Patiently("pause", container.Id).Ok();
        int saved = Count(container);
        RoundTrip(container);
        WaitForCountAbove(container, saved);
    }

    [Fact]
    public void Restore_in_the_foreground_exits_with_the_programs_code()
    {
        Container container = NewContainer("sh", "-c", "exec >/dev/null 2>&1 </dev/null; touch /ready; while [ ! -e /go ]; do usleep 20000; done; exit 37");
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")), "ready");
        Ok(Checkpoint(container));
        File.WriteAllText(container.Inside("go"), "");
        Patiently("restore", "--image-path", Images, "--bundle", container.Bundle, container.Id).Exits(37);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_signal_to_the_foreground_restore_reaches_the_program()
    {
        Container container = NewContainer("sh", "-c", "exec >/dev/null 2>&1 </dev/null; trap 'exit 12' TERM; touch /ready; while :; do usleep 20000; done");
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")), "ready");
        Ok(Checkpoint(container));
        using Command restore = Scratch.StartOci(Scratch.Options(), "restore", "--image-path", Images, "--bundle", container.Bundle, container.Id);
        Await(() => Patiently("state", container.Id) is { ExitCode: 0 } state && state.Stdout.Contains("\"running\"", StringComparison.Ordinal), "restored");
        restore.Signal(Libc.SIGTERM);
        restore.Wait(Patience).Exits(12);
    }

    [Fact]
    public void The_pid_file_names_the_restored_init()
    {
        Container container = RunningCounter();
        string file = Path.Combine(Scratch.Directory, "pid");
        RoundTrip(container, restore: ["--pid-file", file]);
        Assert.Equal(container.Pid(), int.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Files_and_logs_go_to_the_image_and_work_paths()
    {
        Container container = RunningCounter();
        string work = Path.Combine(Scratch.Directory, "work");
        RoundTrip(container, ["--work-path", work], ["--work-path", work]);
        Assert.True(File.Exists(Path.Combine(Images, "inventory.img")));
        Assert.True(File.Exists(Path.Combine(Images, "descriptors.json")));
        Assert.True(File.Exists(Path.Combine(work, "dump.log")));
        Assert.True(File.Exists(Path.Combine(work, "restore.log")));
        Assert.False(File.Exists(DumpLog));
    }

    [Fact]
    public void Hooks_run_before_the_processes_come_back()
    {
        Container container = RunningCounter();
        string log = Path.Combine(Scratch.Directory, "hooks");
        foreach (string kind in new[] { "prestart", "createRuntime" })
            container.Config.Append($"hooks.{kind}", $$"""{"path":"/bin/sh","args":["sh","-c","echo {{kind}} $(grep -o '\"pid\":[ ]*[1-9]' | wc -l) >> {{log}}"]}""");
        container.WriteConfig();
        RoundTrip(container);
        Assert.Equal("prestart 1\ncreateRuntime 1\n", File.ReadAllText(log));
    }

    [Fact]
    public void A_hook_that_fails_fails_the_restore_and_leaves_nothing()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        container.Config.Append("hooks.createRuntime", """{"path":"/bin/false"}""");
        container.WriteConfig();
        Restore(container).Fails(1, "createRuntime hook #0");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void File_locks_come_back_with_the_option_only()
    {
        Container container = WithLock();
        Checkpoint(container).Fails(1, "--file-locks", DumpLog);
        Assert.Equal("running", container.Status());
        RoundTrip(container, ["--file-locks"], ["--file-locks"]);
        Assert.Equal("held", container.ExecSh("/usr/bin/flock -n /lock true || echo held"));
    }

    /// <summary>The processes as the container numbers them, with their command lines.</summary>
    private static IReadOnlyList<string> Tree(Container container) =>
        [.. Processes.Tree(container.Pid()).Select(p => $"{Processes.Status(p, "NSpid").Split('\t')[^1]} {Processes.CommandLine(p)}").Order()];
}
