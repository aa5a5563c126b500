namespace Cofferdam.Linux.Tests;

public sealed class ProcessesTests
{
    [Fact]
    public void A_pidfd_never_means_the_next_process_with_the_same_number()
    {
        using IdleChild child = new();
        using OwnedFd pidfd = Processes.OpenPidfd(child.Id);
        child.Process.Kill();
        child.Process.Wait();
        Assert.False(Processes.TrySendSignal(pidfd, 0, out Errno errno));
        Assert.Equal(Errno.ESRCH, errno);
        Assert.Equal(Errno.ESRCH, Assert.Throws<LinuxException>(() => Processes.SendSignal(pidfd, Signals.Terminate)).Errno);
        Assert.False(Processes.Exists(child.Id));
    }

    [Fact]
    public void Number_and_start_time_identify_a_process()
    {
        using IdleChild idle = new();
        ChildProcess first = idle.Process;
        ProcStat stat = ProcFs.ReadStat(first.Id);
        Assert.Equal((first.Id, Processes.CurrentId), (stat.Pid, stat.ParentPid));
        Assert.True(stat.StartTime >= ProcFs.ReadStat(Processes.CurrentId).StartTime);
        Assert.False(stat.HasEnded);
        first.Kill();
        Poll.UntilReadable(first.Pidfd);
        Assert.True(ProcFs.ReadStat(first.Id).HasEnded);
        Assert.True(Processes.Exists(first.Id));
        first.Wait();
        Assert.False(ProcFs.TryReadStat(first.Id, out _));
        Assert.True(Assert.Throws<LinuxException>(() => ProcFs.ReadStat(first.Id)).Errno is Errno.ENOENT or Errno.ESRCH);
    }

    [Fact]
    public void Wait_by_pidfd_reaps_once()
    {
        // cat ends with its input, should this test not come to reap it.
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using ChildProcess child = ChildProcess.Start(new ChildStart { Path = "/bin/cat", StandardInput = read });
        read.Dispose();
        using OwnedFd pidfd = Processes.OpenPidfd(child.Id);
        Assert.Null(Processes.Wait(pidfd, TimeSpan.Zero));
        Processes.SendSignal(pidfd, Signals.Terminate);
        Assert.Equal(new ExitStatus(0, Signals.Terminate), Processes.Wait(pidfd));
        Assert.Equal(Errno.ECHILD, Assert.Throws<LinuxException>(() => Processes.Wait(pidfd)).Errno);
        write.Dispose();
    }

    [Fact]
    public void Descriptors_of_a_child_can_be_copied()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("pidfd_getfd needs the right to trace");
        using OwnedFd memfd = Memfds.FromContent("shared", "x"u8);
        using IdleChild child = new(memfd);
        using OwnedFd copy = Processes.CopyFd(child.Process.Pidfd, 3);
        Assert.True(Files.Stat(copy).IsSameFile(Files.Stat(memfd)));
    }

    [Fact]
    public void Failures_name_the_process()
    {
        Assert.Equal("pidfd_open '4194305': ESRCH (no such process)", NormalizeInvalid(Assert.Throws<LinuxException>(() => Processes.OpenPidfd(4194305)).Message));
        Assert.Equal("kill '4194305': ESRCH (no such process)", Assert.Throws<LinuxException>(() => Processes.Kill(4194305, 9)).Message);
    }

    // Some kernels answer EINVAL for numbers above pid_max.
    private static string NormalizeInvalid(string message) => message.Replace("EINVAL (invalid argument)", "ESRCH (no such process)", StringComparison.Ordinal);
}
