using System.Diagnostics;
using Cofferdam.Containers.Hooks;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class RuntimeHooksTests : IDisposable
{
    private static readonly ContainerState _state = new() { OciVersion = "1.3.0", Id = "c1", Status = "creating", Pid = 42, Bundle = "/" };

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_hook_reads_the_state_to_its_end()
    {
        string copy = Path.Combine(_temporary.Location, "state");
        RuntimeHooks.Run([Shell($"cat > {copy}")], "createRuntime", _state);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(copy));
        Assert.Equal("c1", json.RootElement.GetProperty("id").GetString());
        Assert.Equal(42, json.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal("creating", json.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public void A_hook_has_exactly_the_environment_it_was_given()
    {
        string copy = Path.Combine(_temporary.Location, "environment");
        RuntimeHooks.Run([Shell($"cat /proc/self/environ > {copy}") with { Env = ["ONLY=this"] }], "prestart", _state);
        string[] environment = File.ReadAllText(copy).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        // The shell itself adds some.
        Assert.Equal(["ONLY=this"], environment.Where(e => !e.StartsWith("PWD=", StringComparison.Ordinal) && !e.StartsWith("SHLVL=", StringComparison.Ordinal) && !e.StartsWith("_=", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_failure_tells_kind_number_status_and_output()
    {
        CofferdamException failure = Assert.Throws<CofferdamException>(
            () => RuntimeHooks.Run([Shell("true"), Shell("echo said; echo complained >&2; exit 3")], "createRuntime", _state));
        Assert.Equal("running createRuntime hook #1: exit status 3, stdout: said, stderr: complained", failure.Message);
        Assert.Equal(ErrorKind.FailedPrecondition, failure.Kind);
    }

    [Fact]
    public void A_failure_shows_the_end_of_a_long_output()
    {
        CofferdamException failure = Assert.Throws<CofferdamException>(
            () => RuntimeHooks.Run([Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 1")], "prestart", _state));
        Assert.Contains("line 19999", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Message.Length < 10_000);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void The_hooks_after_a_failed_one_do_not_run()
    {
        string mark = Path.Combine(_temporary.Location, "mark");
        Assert.Throws<CofferdamException>(() => RuntimeHooks.Run([Shell("exit 1"), Shell($"touch {mark}")], "prestart", _state));
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void After_the_stop_all_hooks_run_whatever_fails()
    {
        string mark = Path.Combine(_temporary.Location, "mark");
        List<string> warnings = [];
        RuntimeHooks.RunAll([Shell("exit 1"), Shell($"touch {mark}")], "poststop", _state, warnings);
        Assert.True(File.Exists(mark));
        Assert.StartsWith("running poststop hook #0: exit status 1", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_that_hangs_is_killed_at_its_timeout()
    {
        Stopwatch watch = Stopwatch.StartNew();
        CofferdamException failure = Assert.Throws<CofferdamException>(
            () => RuntimeHooks.Run([Shell("echo $$; exec sleep 600") with { Timeout = 1 }], "createRuntime", _state));
        Assert.Equal(ErrorKind.DeadlineExceeded, failure.Kind);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 60);
        int pid = int.Parse(failure.Message.Split("stdout: ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(Processes.Exists(pid));
    }

    [Fact]
    public void The_commands_of_a_hook_that_hangs_end_with_it()
    {
        CofferdamException failure = Assert.Throws<CofferdamException>(
            () => RuntimeHooks.Run([Shell("sleep 600 & echo $!; wait") with { Timeout = 1 }], "createRuntime", _state));
        int command = int.Parse(failure.Message.Split("stdout: ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        // It is nobody's child here: all there is to see is its end.
        if (Processes.TryOpenPidfd(command, out OwnedFd? handle, out _))
            using (handle) Assert.True(Poll.UntilReadable(handle, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_hook_may_leave_a_process_behind_that_holds_its_output()
    {
        string pidFile = Path.Combine(_temporary.Location, "pid");
        RuntimeHooks.Run([Shell($"sleep 600 & echo $! > {pidFile}")], "poststart", _state);
        Processes.Kill(int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture), Signals.Kill);
    }

    [Fact]
    public void A_hook_ends_with_the_init_it_prepares()
    {
        using ChildProcess init = ChildProcess.Start(new ChildStart { Path = "/bin/sleep", Arguments = ["sleep", "600"] });
        init.Kill();
        CofferdamException failure = Assert.Throws<CofferdamException>(() => RuntimeHooks.Run([Shell("exec sleep 600")], "prestart", _state, init.Pidfd));
        Assert.Equal(ErrorKind.Aborted, failure.Kind);
        init.Wait();
    }

    [Fact]
    public void A_missing_program_is_named()
    {
        CofferdamException failure = Assert.Throws<CofferdamException>(() => RuntimeHooks.Run([new Hook { Path = "/nonexistent/hook" }], "prestart", _state));
        Assert.StartsWith("running prestart hook #0: posix_spawn '/nonexistent/hook': ENOENT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_ended_a_hook_is_told() => Assert.Contains(
        "killed by signal 9",
        Assert.Throws<CofferdamException>(() => RuntimeHooks.Run([Shell("kill -9 $$")], "prestart", _state)).Message,
        StringComparison.Ordinal);

    private static Hook Shell(string script) => new() { Path = "/bin/sh", Args = ["sh", "-c", script], Env = ["PATH=/usr/bin:/bin"] };
}
