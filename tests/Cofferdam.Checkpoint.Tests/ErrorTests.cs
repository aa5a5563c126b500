using System.Runtime.InteropServices;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

public sealed class ErrorTests : CheckpointTest
{
    [Fact]
    public void A_created_container_is_refused()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        Checkpoint(container).Fails(1, container.Id, "created");
        Assert.Equal("created", container.Status());
    }

    [Fact]
    public void A_stopped_container_is_refused()
    {
        Container container = NewContainer("true");
        container.CreatedAndStarted();
        container.WaitForStatus("stopped");
        Checkpoint(container).Fails(1, container.Id, "stopped");
    }

    [Fact]
    public void A_dump_that_criu_refuses_tells_why_and_leaves_the_container_running()
    {
        Container container = WithLock();
        int pid = container.Pid();
        Checkpoint(container).Fails(1, $"checkpointing container '{container.Id}': criu refuses: file-lock.c: ", $"see '{DumpLog}'");
        Assert.Equal("running", container.Status());
        Assert.Equal(pid, container.Pid());
        Assert.Equal("alive", container.ExecSh("echo alive"));
    }

    /// <summary>
    /// CRIU gives up after ten seconds on a process that waits in vfork(2). This one does so for eight; the child's stack is its
    /// parent's, which therefore may not live on afterwards.
    /// </summary>
    [Fact]
    public void A_process_in_vfork_only_delays_a_checkpoint()
    {
        const string program = "use POSIX (); my $time = pack('qq', 8, 0); if (syscall(58) == 0) { open my $file, '>', '/ready'; close $file; syscall(35, $time, 0); POSIX::_exit(0) } POSIX::_exit(0)";
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "58 is vfork and 35 nanosleep on x86-64");
        Container container = WithHostPrograms(NewContainer("sh", "-c",
            $"exec >/dev/null 2>&1 </dev/null; /usr/bin/perl -e \"{program.Replace("$", "\\$", StringComparison.Ordinal)}\" & while :; do sleep 1; done"));
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")), "the child has begun");
        CommandResult result = Checkpoint(container);
        Ok(result);
        Assert.Contains("trying again", result.Stderr, StringComparison.Ordinal);
        Ok(Restore(container));
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void Restore_from_a_directory_without_a_checkpoint_is_refused()
    {
        Container container = Counter();
        container.WriteConfig();
        Directory.CreateDirectory(Images);
        Restore(container).Fails(1, Images);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Restore_of_damaged_images_leaves_nothing_behind()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        File.WriteAllBytes(Directory.GetFiles(Images, "core-*.img")[0], [1, 2, 3]);
        Restore(container).Fails(1, container.Id, "restore.log");
        Assert.Empty(Scratch.LeaksNow());
        Assert.False(Directory.Exists(Path.Combine(Scratch.Root, container.Id)));
    }

    [Fact]
    public void Restore_of_an_id_that_is_taken_is_refused()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container, "--leave-running"));
        Restore(container).Fails(1, "already exists");
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void A_missing_criu_is_named()
    {
        Container container = RunningCounter();
        Scratch.Wrapper = ["env", "PATH=/nowhere"];
        Checkpoint(container).Fails(1, "criu");
        Scratch.Wrapper = [];
        Assert.Equal("running", container.Status());
    }

    [Theory]
    [InlineData("--page-server", "nonsense", "ADDRESS:PORT")]
    [InlineData("--page-server", "host:0", "port")]
    [InlineData("--manage-cgroups-mode", "gentle", "manage-cgroups-mode")]
    [InlineData("--empty-ns", "uts", "uts")]
    [InlineData("--parent-path", "/absolute", "relative")]
    [InlineData("--parent-path", "../nothing", "nothing")]
    [InlineData("--status-fd", "77", "")]
    public void A_wrong_option_is_refused_before_anything_happens(string option, string value, string word)
    {
        Container container = RunningCounter();
        Checkpoint(container, option, value).Fails(1, word);
        Assert.Equal("running", container.Status());
    }

    [Fact]
    public void A_restored_terminal_without_a_console_socket_is_refused()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        container.Config.Set("process.terminal", "true");
        container.WriteConfig();
        Restore(container).Fails(1, "console socket");
    }
}
