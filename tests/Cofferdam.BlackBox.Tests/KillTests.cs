using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class KillTests : BlackBoxTest
{
    private const string Trapper = "for s in HUP INT TERM USR1 USR2 QUIT; do trap \"echo $s >>/seen\" $s; done; touch /up; while :; do sleep 0.02; done";

    private Container Trapping()
    {
        Container container = NewContainer("sh", "-c", Trapper).CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the traps are set");
        return container;
    }

    private static void WaitForTrap(Container container, string signal) =>
        Eventually.True(() => File.Exists(container.Inside("seen")) && File.ReadAllText(container.Inside("seen")).Contains(signal, StringComparison.Ordinal), $"the program got {signal}");

    [Theory]
    [InlineData("HUP", "HUP")]
    [InlineData("SIGHUP", "HUP")]
    [InlineData("sigusr1", "USR1")]
    [InlineData("usr2", "USR2")]
    [InlineData("2", "INT")]
    [InlineData("10", "USR1")]
    public void Kill_sends_a_signal_by_name_or_number(string given, string seen)
    {
        Container container = Trapping();
        container.Kill(given).Ok();
        WaitForTrap(container, seen);
    }

    [Fact]
    public void Kill_sends_TERM_unless_told_otherwise()
    {
        Container container = Trapping();
        container.Kill().Ok();
        WaitForTrap(container, "TERM");
    }

    [Fact]
    public void Kill_KILL_stops_the_container()
    {
        Container container = NewContainer().Running();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
    }

    [Theory]
    [InlineData("SIGNOTHING")]
    [InlineData("1000")]
    [InlineData("-1")]
    public void Kill_refuses_a_signal_that_does_not_exist(string signal)
    {
        Container container = NewContainer().Running();
        Assert.NotEqual(0, Scratch.Oci("kill", container.Id, "--", signal).ExitCode);
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void Kill_ends_a_created_container()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
    }

    [Fact]
    public void Kill_of_a_stopped_container_is_refused()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        container.Kill("KILL").Fails(1);
    }

    [Fact]
    public void Kill_of_an_id_that_does_not_exist_is_refused() => Scratch.Oci("kill", "nobody", "KILL").Fails(1, "nobody");

    [Fact]
    public void Kill_all_reaches_every_process_of_the_container()
    {
        Container container = NewContainer("sh", "-c", "trap '' TERM; sleep 998 & sleep 998 & touch /up; while :; do sleep 0.02; done");
        container.Config.WithoutNamespace("pid");
        container.CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the children were started");
        Scratch.Oci("kill", "--all", container.Id, "KILL").Ok();
        container.WaitForStatus("stopped");
        Eventually.True(() => !Processes.WithEnvironment(Scratch.Marker).Any(p => Processes.CommandLine(p) == "sleep 998"), "the children are gone");
    }

    [Fact]
    public void Kill_all_of_a_stopped_container_is_no_failure_when_processes_remain()
    {
        Container container = NewContainer("sh", "-c", "sleep 997 & exit 0");
        container.Config.WithoutNamespace("pid");
        container.CreatedAndStarted();
        container.WaitForStatus("stopped");
        Scratch.Oci("kill", "--all", container.Id, "KILL").Ok();
        Eventually.True(() => !Processes.WithEnvironment(Scratch.Marker).Any(p => Processes.CommandLine(p) == "sleep 997"), "the child is gone");
    }

    [Fact]
    public void Kill_KILL_without_a_private_pid_namespace_ends_all_processes()
    {
        Container container = NewContainer("sh", "-c", "sleep 996 & touch /up; wait");
        container.Config.WithoutNamespace("pid");
        container.CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the child was started");
        container.Kill("KILL").Ok();
        Eventually.True(() => !Processes.WithEnvironment(Scratch.Marker).Any(p => Processes.CommandLine(p) == "sleep 996"), "the child is gone");
    }

    [Fact]
    public void Signals_to_a_foreground_run_reach_the_program()
    {
        Container container = NewContainer("sh", "-c", Trapper);
        using Command run = container.StartRun();
        Eventually.True(() => File.Exists(container.Inside("up")), "the traps are set");
        foreach ((int number, string name) in new[] { (Libc.SIGHUP, "HUP"), (Libc.SIGINT, "INT"), (Libc.SIGTERM, "TERM"), (Libc.SIGUSR1, "USR1"), (Libc.SIGUSR2, "USR2") })
        {
            run.Signal(number);
            WaitForTrap(container, name);
        }
        container.Kill("KILL").Ok();
        run.Wait().Exits(137);
    }

    [Fact]
    public void Signals_to_a_foreground_exec_reach_its_program()
    {
        Container container = NewContainer().Running();
        using Command exec = Scratch.StartOci(Scratch.Options(), "exec", container.Id, "sh", "-c", Trapper.Replace("/seen", "/seen-exec", StringComparison.Ordinal).Replace("/up", "/up-exec", StringComparison.Ordinal));
        Eventually.True(() => File.Exists(container.Inside("up-exec")), "the traps are set");
        exec.Signal(Libc.SIGTERM);
        Eventually.True(() => File.Exists(container.Inside("seen-exec")), "the program got TERM");
        foreach (int pid in Processes.WithEnvironment(Scratch.Marker).Where(p => Processes.CommandLine(p).Contains("seen-exec", StringComparison.Ordinal) && p != exec.Pid))
            Libc.kill(pid, Libc.SIGKILL);
        exec.Wait().Exits(137);
    }

    [Fact]
    public void Kill_by_regex_reaches_the_containers_that_match()
    {
        Container first = NewContainer().Running(), second = NewContainer().Running();
        Scratch.Oci("kill", "--regex", first.Id + "$", "KILL").Ok();
        first.WaitForStatus("stopped");
        Assert.Equal("running", second.Status());
    }

    [Fact]
    public void The_pid_of_a_killed_container_is_not_signalled_again()
    {
        Container container = NewContainer("sleep", "1000").CreatedAndStarted();
        string pid = container.Pid().ToString(CultureInfo.InvariantCulture);
        container.Kill("KILL").Ok();
        Eventually.True(() => !Directory.Exists("/proc/" + pid), "the process was reaped");
        container.Kill("KILL").Fails(1);
    }
}
