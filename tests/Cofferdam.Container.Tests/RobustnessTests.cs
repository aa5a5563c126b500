using Cofferdam.Cgroups;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class RobustnessTests : KernelTest
{
    [Fact]
    public void A_create_whose_hook_fails_leaves_nothing_and_still_runs_poststop()
    {
        ContainerId id = NewId();
        string mark = InBundle("stopped");
        CofferdamException failure = Assert.Throws<CofferdamException>(() => Container.Create(Root, id, Options(id, "true", spec => spec with
        {
            Hooks = new Spec.Hooks { CreateRuntime = [Hook("echo no >&2; exit 4")], Poststop = [Hook($"touch {mark}")] },
        })));
        Assert.Equal("running createRuntime hook #0: exit status 4, stdout: , stderr: no", failure.Message);
        Assert.True(File.Exists(mark));
        AssertGone(id);
    }

    [Fact]
    public void A_create_that_fails_in_the_middle_leaves_nothing()
    {
        ContainerId id = NewId();
        Assert.Throws<CofferdamException>(() => Container.Create(Root, id, Options(id, "true", static spec => spec with
        {
            Mounts = [.. spec.Mounts, new Mount { Destination = "/mnt", Type = "bind", Source = "/nonexistent/source", Options = ["bind"] }],
        })));
        AssertGone(id);
    }

    [Fact]
    public void A_create_without_its_root_file_system_leaves_nothing()
    {
        ContainerId id = NewId();
        Assert.Throws<CofferdamException>(() => Container.Create(Root, id, Options(id, "true", static spec => spec with { Root = new Root { Path = "vanished" } })));
        AssertGone(id);
    }

    [Fact]
    public void A_pid_file_that_cannot_be_written_ends_the_create()
    {
        ContainerId id = NewId();
        Assert.Throws<CofferdamException>(() => Container.Create(Root, id, Options(id, "true") with { PidFile = "/nonexistent/pid" }));
        AssertGone(id);
    }

    [Fact]
    public void A_cgroup_that_others_live_in_is_refused_and_they_live_on()
    {
        using Container owner = StartIdle();
        ContainerId id = NewId();
        Assert.Throws<CofferdamException>(() => Container.Create(Root, id, Options(id, "true", spec => spec with
        {
            Linux = spec.Linux with { CgroupsPath = CgroupsPath(owner.Id) },
        })));
        Assert.Equal(ContainerStatus.Running, owner.Status);
        Assert.False(Directory.Exists(Path.Combine(Root, id.Value)));
    }

    [Fact]
    public void A_program_that_cannot_be_executed_is_told_by_start()
    {
        ContainerId id = NewId();
        File.WriteAllText(Path.Combine(Rootfs, "bin/broken"), "\x7f" + "ELF, but not really");
        File.SetUnixFileMode(Path.Combine(Rootfs, "bin/broken"), (UnixFileMode)0x1ED);
        using Container container = Container.Create(Root, id, Options(id, "true", static spec => spec with { Process = spec.Process! with { Args = ["/bin/broken"] } }));
        CofferdamException failure = Assert.Throws<CofferdamException>(() => container.Start());
        Assert.Contains("'/bin/broken'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ENOEXEC", failure.Message, StringComparison.Ordinal);
        Assert.True(container.WaitUntilStopped(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_start_after_init_was_killed_does_not_hang()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "true"));
        Processes.Kill(container.Init.Pid, Signals.Kill);
        Poll.UntilReadable(container.Init.Pidfd);
        Assert.Equal("cannot start a container that has stopped", Assert.Throws<CofferdamException>(() => container.Start()).Message);
    }

    [Fact]
    public void A_poststart_hook_that_fails_kills_the_container()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "exec sleep 600", static spec => spec with { Hooks = new Spec.Hooks { Poststart = [Hook("exit 1")] } }));
        Assert.StartsWith("running poststart hook #0: exit status 1", Assert.Throws<CofferdamException>(() => container.Start()).Message, StringComparison.Ordinal);
        Assert.Equal(Signals.Kill, container.Init.Wait().Signal);
    }

    [Fact]
    public void A_poststop_hook_that_fails_is_a_warning()
    {
        ContainerId id = NewId();
        using Container container = Container.Create(Root, id, Options(id, "true", static spec => spec with { Hooks = new Spec.Hooks { Poststop = [Hook("exit 1")] } }));
        List<string> warnings = [];
        container.Delete(warnings: warnings);
        Assert.StartsWith("running poststop hook #0: exit status 1", Assert.Single(warnings), StringComparison.Ordinal);
        AssertGone(id);
    }

    [Fact]
    public void What_a_killed_creator_left_is_stopped_and_can_be_deleted()
    {
        using Container orphan = StartIdle();
        StoredState state = orphan.Stored;
        StateDirectory directory = new(Root, orphan.Id);
        // As the record is between the launch and its completion, when the creator was killed.
        using (StateLock held = directory.Lock()) held.Write(state with { Complete = false, CreatorPid = int.MaxValue - 1, CreatorStartTime = 1 });
        using Container found = Container.Load(Root, orphan.Id);
        Assert.Equal(ContainerStatus.Stopped, found.Status);
        found.Delete();
        Assert.Equal(Signals.Kill, orphan.Init.Wait().Signal);
        AssertGone(orphan.Id);
    }

    [Fact]
    public void What_was_killed_before_a_process_existed_is_purged_with_its_cgroup()
    {
        ContainerId id = NewId();
        StateDirectory directory = new(Root, id);
        ICgroup cgroup = CgroupFactory.ForSpec(CgroupsPath(id), id.Value);
        using (StateLock held = directory.Reserve())
            held.Write(new StoredState { Id = id.Value, CreatorPid = int.MaxValue - 1, CreatorStartTime = 1, CgroupPaths = cgroup.Paths });
        cgroup.Create();
        Assert.True(Container.Purge(Root, id));
        AssertGone(id);
        Assert.False(Container.Purge(Root, id));
    }

    [Fact]
    public void What_was_killed_before_its_record_or_is_damaged_is_purged()
    {
        ContainerId bare = NewId(), damaged = NewId();
        Directory.CreateDirectory(Path.Combine(Root, bare.Value, "notify"));
        Directory.CreateDirectory(Path.Combine(Root, damaged.Value));
        File.WriteAllText(Path.Combine(Root, damaged.Value, "state.json"), "{");
        List<string> warnings = [];
        Assert.True(Container.Purge(Root, bare, warnings));
        Assert.Empty(warnings);
        Assert.True(Container.Purge(Root, damaged, warnings));
        Assert.NotEmpty(warnings);
        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public void A_create_killed_at_any_system_call_is_cleaned_up_by_purge()
    {
        const string Strace = "/usr/bin/strace";
        if (!File.Exists(Strace)) Assert.Skip("needs strace");
        const int Stride = 7;
        using OwnedFd nothing = Files.Open("/dev/null", OpenFlags.ReadWrite);
        ContainerId id = NewId();
        File.WriteAllBytes(InBundle("config.json"), SpecWriter.Write(Options(id, "exec sleep 600").Spec!));
        string trace = InBundle("trace");
        Assert.Equal(0, Create("-o", trace).ShellCode);
        Container.Purge(Root, id);

        // strace counts the calls of each name apart.
        Dictionary<string, int> counts = [];
        List<string> calls = [];
        foreach (string line in File.ReadLines(trace))
        {
            int end = line.IndexOf('(', StringComparison.Ordinal);
            if (end <= 0 || line[0] is '+' or '-' or '<') continue;
            string name = line[..end];
            counts[name] = counts.GetValueOrDefault(name) + 1;
            calls.Add($"-einject={name}:signal=SIGKILL:when={counts[name]}");
        }

        Assert.InRange(calls.Count, 100, 10_000);
        int killed = 0;
        for (int step = Environment.ProcessId % Stride; step < calls.Count; step += Stride)
        {
            if (Create("-o", "/dev/null", calls[step]).Signal == Signals.Kill) killed++;
            List<string> warnings = [];
            Container.Purge(Root, id, warnings);
            Assert.Empty(warnings);
            AssertGone(id);
        }

        // The order of calls varies a little from run to run.
        Assert.InRange(killed, calls.Count / Stride / 2, calls.Count);

        ExitStatus Create(params string[] options)
        {
            using ChildProcess create = ChildProcess.Start(new ChildStart
            {
                Path = Strace,
                Arguments = ["strace", .. options, Program, "--root", Root, "create", "-b", Bundle, id.Value],
                Environment = ["PATH=/usr/bin:/bin"],
                StandardInput = nothing,
                StandardOutput = nothing,
                StandardError = nothing,
            });
            return create.Wait()!.Value;
        }
    }

    [Fact]
    public void A_forced_delete_ends_a_create_whose_hook_hangs()
    {
        ContainerId id = NewId();
        string mark = InBundle("hook-runs");
        Task create = Task.Factory.StartNew(
            () => Container.Create(Root, id, Options(id, "true", spec => spec with { Hooks = new Spec.Hooks { CreateRuntime = [Hook($"touch {mark}; exec sleep 600")] } })),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        while (!File.Exists(mark)) Thread.Yield();
        using (Container found = Container.Load(Root, id))
        {
            Assert.Equal(ContainerStatus.Creating, found.Status);
            try
            {
                found.Delete(force: true);
            }
            catch (CofferdamException e) when (e.Kind == ErrorKind.NotFound)
            {
                // The create noticed, and cleaned up before the delete had the lock.
            }
        }

        CofferdamException failure = Assert.Throws<CofferdamException>(() => create.GetAwaiter().GetResult());
        Assert.Equal(ErrorKind.Aborted, failure.Kind);
        AssertGone(id);
    }

    [Fact]
    public async Task Racing_commands_on_one_id_take_turns()
    {
        ContainerId id = NewId();
        int created = await Count(6, () => Container.Create(Root, id, Options(id, "exec sleep 600")).Dispose());
        Assert.Equal(1, created);
        int started = await Count(6, () => Container.Load(Root, id).Start());
        Assert.Equal(1, started);
        int deleted = await Count(6, () => Container.Load(Root, id).Delete(force: true));
        Assert.InRange(deleted, 1, 6);
        AssertGone(id);

        static async Task<int> Count(int racers, Action action)
        {
            bool[] won = await Task.WhenAll(Enumerable.Range(0, racers).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        action();
                        return true;
                    }
                    catch (CofferdamException)
                    {
                        return false;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            return won.Count(w => w);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Ready_of_the_container_is_passed_on_with_its_main_pid()
    {
        ContainerId id = NewId();
        string hostSocket = InBundle("host-notify.sock");
        using OwnedFd host = UnixDatagrams.Bind(hostSocket, 0x1FF);
        using Container container = Container.Create(Root, id, Options(id, "exec sleep 600") with { NotifySocket = hostSocket });
        // busybox has no tool that sends datagrams: the test speaks for the container.
        Task start = Task.Run(() => container.Start(new StartOptions { NotifySocket = hostSocket }), TestContext.Current.CancellationToken);
        string inner = Path.Combine(container.StateLocation, "notify/notify.sock");
        while (!Files.Exists(inner)) Thread.Yield();
        // Until the program executes, /proc shows init's own environment.
        string environment = $"/proc/{container.Init.Pid}/environ";
        while (!File.ReadAllText(environment).Split('\0').Contains("NOTIFY_SOCKET=/run/notify/notify.sock")) await Task.Yield();
        Assert.Equal("notify.sock\n", Exec(container, "ls /run/notify", out _));
        UnixDatagrams.Send(inner, "STATUS=nearly"u8);
        UnixDatagrams.Send(inner, "READY=1\nMAINPID=1"u8);
        await start.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        byte[] message = new byte[256];
        int first = Files.Read(host, message);
        Assert.Equal("READY=1\n", System.Text.Encoding.UTF8.GetString(message, 0, first));
        int second = Files.Read(host, message);
        Assert.Equal($"MAINPID={container.Init.Pid}", System.Text.Encoding.UTF8.GetString(message, 0, second));
    }

    private static Hook Hook(string script) => new() { Path = "/bin/sh", Args = ["sh", "-c", script], Env = ["PATH=/usr/bin:/bin"] };
}
