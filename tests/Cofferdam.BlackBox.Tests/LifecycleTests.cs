using System.Globalization;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class LifecycleTests : BlackBoxTest
{
    [Fact]
    public void A_container_goes_from_created_to_running_to_stopped_to_gone()
    {
        Container container = NewContainer("sh", "-c", "while [ ! -e /go ]; do usleep 5000; done");
        container.Create().Ok();
        Assert.Equal("created", container.Status());
        container.Start().Ok();
        Assert.Equal("running", container.Status());
        File.WriteAllText(container.Inside("go"), "");
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Scratch.Oci("state", container.Id).Fails(1, container.Id);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Create_does_not_run_the_program()
    {
        Container container = NewContainer("touch", "/ran");
        container.Create().Ok();
        Assert.False(File.Exists(container.Inside("ran")));
        container.Start().Ok();
        container.WaitForStatus("stopped");
        Assert.True(File.Exists(container.Inside("ran")));
    }

    [Fact]
    public void Create_writes_the_pid_file()
    {
        Container container = NewContainer("true");
        string file = Path.Combine(Scratch.Directory, "pid");
        container.Create("--pid-file", file).Ok();
        Assert.Equal(container.Pid(), int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Create_takes_the_bundle_from_the_working_directory()
    {
        Container container = NewContainer("true");
        container.WriteConfig();
        Scratch.Oci(Scratch.Options() with { WorkingDirectory = container.Bundle }, "create", container.Id).Ok();
        Assert.Equal(container.Bundle, (string?)container.State()["bundle"]);
    }

    [Fact]
    public void A_relative_bundle_path_is_recorded_as_an_absolute_one()
    {
        Container container = NewContainer("true");
        container.WriteConfig();
        Scratch.Oci(Scratch.Options() with { WorkingDirectory = container.Bundle + "/rootfs" }, "create", "--bundle", "..", container.Id).Ok();
        Assert.Equal(container.Bundle, (string?)container.State()["bundle"]);
    }

    [Fact]
    public void Create_of_an_id_that_exists_is_refused_and_leaves_the_first_alone()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        int pid = container.Pid();
        container.Create().Fails(1, container.Id);
        Assert.Equal("created", container.Status());
        Assert.Equal(pid, container.Pid());
    }

    [Fact]
    public void A_second_start_is_refused()
    {
        Container container = NewContainer().Running();
        container.Start().Fails(1);
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void Start_of_a_stopped_container_is_refused()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        container.Start().Fails(1);
    }

    [Fact]
    public void Start_after_the_waiting_init_was_killed_is_refused()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        Libc.kill(container.Pid(), Libc.SIGKILL);
        container.WaitForStatus("stopped");
        container.Start().Fails(1);
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Start_of_an_id_that_does_not_exist_is_refused() => Scratch.Oci("start", "nobody").Fails(1, "nobody");

    [Fact]
    public void A_program_that_cannot_be_executed_fails_create_or_start()
    {
        Container container = NewContainer("/no/such/program");
        CommandResult create = container.Create();
        if (create.ExitCode == 0)
            container.Start().Fails(1, "no such file or directory");
        else
            create.Fails(1, "no such file or directory");
    }

    [Fact]
    public void Run_detached_returns_while_the_program_runs()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000");
        string file = Path.Combine(Scratch.Directory, "pid");
        container.Run("--detach", "--pid-file", file).Ok();
        Assert.Equal("running", container.Status());
        Assert.Equal(container.Pid(), int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Run_removes_the_container_when_the_program_ends()
    {
        NewContainer("true").Run().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_with_keep_leaves_a_stopped_container()
    {
        Container container = NewContainer("true");
        container.Run("--keep").Ok();
        Assert.Equal("stopped", container.Status());
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_gives_the_programs_output_and_passes_it_input()
    {
        Container container = NewContainer("sh", "-c", "cat; echo to-stderr >&2");
        CommandResult result = container.Run(Scratch.Options(stdin: "from the host\n")).Ok();
        Assert.Equal("from the host\n", result.Stdout);
        Assert.Contains("to-stderr", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Children_of_the_program_end_with_it()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & sleep 1000 & exit 0");
        container.Run().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Children_end_with_the_program_also_without_a_pid_namespace()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & sleep 1000 & exit 0");
        container.Config.WithoutNamespace("pid");
        container.Run().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void The_state_directory_is_closed_to_others()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        UnixFileMode mode = File.GetUnixFileMode(Path.Combine(Scratch.Root, container.Id));
        Assert.Equal((UnixFileMode)0, mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite));
    }

    [Fact]
    public void Containers_of_different_roots_may_share_an_id()
    {
        Container first = NewContainer("true");
        Container second = NewContainer("true");
        first.Create().Ok();
        second.WriteConfig();
        string other = Path.Combine(Scratch.Directory, "other-root");
        Command.Run([RuntimeUnderTest.Path, "--root", other, .. Surroundings.RuntimeOptions, "create", "--bundle", second.Bundle, first.Id], Scratch.Options()).Ok();
        Command.Run([RuntimeUnderTest.Path, "--root", other, .. Surroundings.RuntimeOptions, "delete", "--force", first.Id], Scratch.Options()).Ok();
        Assert.Equal("created", first.Status());
    }
}
