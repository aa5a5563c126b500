using Cofferdam.Testing;

namespace Cofferdam.Stress.Tests;

/// <summary>
/// The fallback for the day when a compiler breaks docs/runtime-free-code.md: ./build.sh plain, with an ordinary Main and an
/// init that is a second run of the program.
/// </summary>
public sealed class PlainBuildTests : StressTest
{
    public PlainBuildTests()
    {
        string plain = Path.Combine(Published.Root, "out/plain/coffer-oci");
        Assert.SkipUnless(File.Exists(plain), "the fallback is not built; run ./build.sh plain");
        Scratch.Runtime = plain;
    }

    [Fact]
    public void It_is_the_plain_build()
    {
        // The shipped build never reads mountinfo at start; an ordinary runtime does.
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "needs strace (package strace)");
        string log = Path.Combine(Scratch.Directory, "trace");
        Scratch.Wrapper = ["strace", "-f", "-e", "trace=openat", "-o", log];
        Scratch.Oci("--version").Ok();
        Assert.Contains("mountinfo", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_runs()
    {
        Container container = NewContainer("sh", "-c", "echo $$; hostname; exit 7");
        CommandResult result = container.Run().Exits(7);
        Assert.Equal("1\nvessel", result.Output);
    }

    [Fact]
    public void A_container_is_created_started_and_joined_by_exec()
    {
        Container container = NewContainer().Running();
        Assert.Equal("running", container.Status());
        Assert.Equal("vessel", container.ExecSh("hostname"));
        container.Exec("sh", "-c", "exit 9").Exits(9);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
    }

    [Fact]
    public void A_user_namespace_is_made_and_joined()
    {
        Container container = NewContainer();
        container.Config.UserNamespace();
        Scratch.Host("chown", "-hR", "100000:100000", container.Rootfs).Ok();
        container.Running();
        Assert.StartsWith("100000\t", Processes.Status(container.Pid(), "Uid"), StringComparison.Ordinal);
        Assert.Equal("0", container.ExecSh("id -u"));
    }

    [Fact]
    public void A_program_that_does_not_exist_is_named()
    {
        NewContainer("/no/such/program").Run().Fails(1, "/no/such/program", "no such file or directory");
        NewContainer().Running().Exec("/no/such/program").Fails(255, "no such file or directory");
    }

    [Fact]
    public void A_start_that_fails_says_why()
    {
        Container container = NewContainer("true");
        container.Config.Set("hooks", """{"startContainer":[{"path":"/bin/sh","args":["sh","-c","exit 3"]}]}""");
        container.Create().Ok();
        container.Start().Fails(1, "startContainer");
    }

    [Fact]
    public void A_signal_to_a_foreground_run_reaches_the_container()
    {
        Container container = NewContainer("sh", "-c", "trap 'exit 42' TERM; touch /up; while :; do sleep 0.02; done");
        using Command run = container.StartRun();
        Eventually.True(() => File.Exists(container.Inside("up")), "the trap is set");
        run.Signal(Libc.SIGTERM);
        run.Wait().Exits(42);
    }

    [Fact]
    public void Init_is_not_a_command_of_users() => Scratch.Oci("init", "3").Fails(3, "init");
}
