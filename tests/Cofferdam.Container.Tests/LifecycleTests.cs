using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class LifecycleTests : KernelTest
{
    [Fact]
    public void A_container_goes_from_created_to_running_to_stopped_to_gone()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "exec sleep 600"));
        Assert.Equal(ContainerStatus.Created, container.Status);
        Assert.Equal(container.Init.Pid, container.InitPid);
        Assert.True(File.Exists(Path.Combine(container.StateLocation, "exec.fifo")));

        container.Start();
        Assert.Equal(ContainerStatus.Running, container.Status);
        Assert.False(File.Exists(Path.Combine(container.StateLocation, "exec.fifo")));

        container.Signal(Signals.Kill);
        Assert.Equal(new ExitStatus(0, Signals.Kill), container.Init.Wait());
        Assert.Equal(ContainerStatus.Stopped, container.Status);
        Assert.Null(container.InitPid);
        Assert.Equal(0, container.OciState().Pid);

        container.Delete();
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<CofferdamException>(() => Container.Load(Root, id)).Kind);
        AssertGone(id);
    }

    [Fact]
    public void Run_gives_the_output_and_the_exit_code()
    {
        (ExitStatus status, string output) = RunToEnd("hostname; echo $$; exit 7");
        Assert.Equal("libtest\n1\n", output);
        Assert.Equal(7, status.ShellCode);
    }

    [Fact]
    public void Another_process_finds_the_container_by_its_record()
    {
        using Container made = StartIdle();
        using Container loaded = Container.Load(Root, made.Id);
        Assert.Equal(ContainerStatus.Running, loaded.Status);
        Assert.Equal(made.InitPid, loaded.InitPid);
        Assert.Equal(made.Created, loaded.Created);
        Assert.Equal(made.Spec.Process!.Args, loaded.Spec.Process!.Args);
        Assert.Throws<InvalidOperationException>(() => loaded.Init);
        ContainerState state = loaded.OciState();
        Assert.Equal((made.Id.Value, "running", made.Init.Pid, Bundle, Rootfs), (state.Id, state.Status, state.Pid, state.Bundle, state.Rootfs));
    }

    [Fact]
    public void A_record_does_not_mistake_another_process_with_the_same_pid_for_init()
    {
        using Container container = StartIdle();
        string record = Path.Combine(container.StateLocation, "state.json");
        string text = File.ReadAllText(record);
        File.WriteAllText(record, text.Replace($"\"startTime\":{container.Stored.StartTime}", "\"startTime\":1", StringComparison.Ordinal));
        using Container mistaken = Container.Load(Root, container.Id);
        Assert.Equal(ContainerStatus.Stopped, mistaken.Status);
        Assert.Equal("container not running", Assert.Throws<CofferdamException>(() => mistaken.Signal(Signals.Terminate)).Message);
        File.WriteAllText(record, text);
    }

    [Fact]
    public void Exec_gives_the_output_and_the_exit_code()
    {
        using Container container = StartIdle();
        Assert.Equal("libtest\n", Exec(container, "hostname; exit 3", out ExitStatus status));
        Assert.Equal(3, status.ShellCode);
    }

    [Fact]
    public void Exec_works_before_start()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "exec sleep 600"));
        Assert.Equal("libtest\n", Exec(container, "hostname", out _));
        Assert.Equal(ContainerStatus.Created, container.Status);
    }

    [Fact]
    public void Operations_that_the_status_does_not_allow_are_refused_in_the_words_that_callers_know()
    {
        using Container container = StartIdle();
        Refused("cannot start an already running container", () => container.Start());
        Refused("container not paused", container.Resume);
        Refused($"cannot delete container {container.Id} that is not stopped: running", () => container.Delete());

        container.Pause();
        Refused("container not running", container.Pause);
        Refused("cannot start a container in the paused state", () => container.Start());
        Refused("cannot exec in a paused container (use --ignore-paused to override)", () => container.Exec(new ExecOptions { Process = ShellProcess("true") }));
        Refused($"cannot delete container {container.Id} that is not stopped: paused", () => container.Delete());
        container.Resume();

        container.Signal(Signals.Kill);
        container.Init.Wait();
        Refused("cannot start a container that has stopped", () => container.Start());
        Refused("cannot exec in a stopped container", () => container.Exec(new ExecOptions { Process = ShellProcess("true") }));
        Refused("container not running", () => container.Signal(Signals.Terminate));
        Refused("container not running", container.Pause);
        Refused("container not running", () => container.Update(new LinuxResources()));
        container.Signal(Signals.Kill, all: true);

        static void Refused(string message, Action action)
        {
            CofferdamException refusal = Assert.Throws<CofferdamException>(action);
            Assert.Equal(message, refusal.Message);
            Assert.Equal(ErrorKind.FailedPrecondition, refusal.Kind);
        }
    }

    [Fact]
    public void Create_refuses_an_id_that_is_taken()
    {
        using Container first = StartIdle();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Container.Create(Root, first.Id, Options(first.Id, "true")));
        Assert.Equal(ErrorKind.AlreadyExists, refusal.Kind);
        Assert.EndsWith("container with given ID already exists", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ContainerStatus.Running, first.Status);
    }

    [Fact]
    public void Delete_removes_a_container_that_was_never_started()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "true"));
        container.Delete();
        AssertGone(id);
    }

    [Fact]
    public void Forced_delete_kills_a_running_and_a_paused_container()
    {
        using Container running = StartIdle(), paused = StartIdle();
        paused.Pause();
        running.Delete(force: true);
        paused.Delete(force: true);
        AssertGone(running.Id);
        AssertGone(paused.Id);
    }

    [Fact]
    public void A_kill_reaches_a_paused_container()
    {
        using Container container = StartIdle();
        container.Pause();
        Assert.Equal(ContainerStatus.Paused, container.Status);
        container.Signal(Signals.Kill);
        Assert.True(container.WaitUntilStopped(TimeSpan.FromSeconds(10)));
        Assert.Equal(ContainerStatus.Stopped, container.Status);
    }

    [Fact]
    public void Without_its_own_pid_namespace_a_kill_reaches_all_processes()
    {
        using Container container = StartIdle(static spec => spec with
        {
            Linux = spec.Linux with { Namespaces = [.. spec.Linux.Namespaces.Where(static n => n.Type != NamespaceType.Pid)] },
        });
        using ContainerProcess other = container.Exec(new ExecOptions { Process = ShellProcess("exec sleep 600") });
        Assert.Equal(2, container.Processes().Count);
        container.Signal(Signals.Kill);
        Assert.Equal(Signals.Kill, other.Wait().Signal);
        Assert.Equal(Signals.Kill, container.Init.Wait().Signal);
    }

    [Fact]
    public void A_list_holds_all_containers_and_passes_over_what_is_none()
    {
        using Container one = StartIdle(), two = StartIdle();
        Directory.CreateDirectory(Path.Combine(Root, "no-record"));
        Directory.CreateDirectory(Path.Combine(Root, "damaged"));
        File.WriteAllText(Path.Combine(Root, "damaged", "state.json"), "{");
        File.WriteAllText(Path.Combine(Root, "a-file"), "");
        List<string> warnings = [];
        Assert.Equal([one.Id, two.Id], Container.List(Root, warnings).Select(c => c.Id));
        Assert.StartsWith("container 'damaged': ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Empty(Container.List(Path.Combine(Root, "nonexistent")));
    }

    [Fact]
    public void The_pid_file_and_the_pidfd_name_init()
    {
        ContainerId id = NewId();
        string pidFile = InBundle("pid"), socketPath = InBundle("pidfd.sock");
        using OwnedFd listener = UnixSockets.Listen(socketPath);
        using Container container = Container.Create(Root, id, Options(id, "true") with { PidFile = pidFile, PidfdSocket = socketPath });
        Assert.Equal($"{container.Init.Pid}", File.ReadAllText(pidFile));
        using OwnedFd peer = UnixSockets.Accept(listener);
        List<OwnedFd> received = [];
        byte[] kind = new byte[64];
        int length = UnixSockets.Receive(peer, kind, received);
        Assert.Equal("standard", System.Text.Encoding.ASCII.GetString(kind, 0, length));
        Assert.Contains($"Pid:\t{container.Init.Pid}\n", File.ReadAllText($"/proc/self/fdinfo/{Assert.Single(received).Fd}"), StringComparison.Ordinal);
        received[0].Dispose();
    }
}
