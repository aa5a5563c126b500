using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class OutputTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    /// <summary>Writes numbered lines, and tells in /progress how far it is.</summary>
    private const string Writer = "i=0; while test $i -lt 200; do seq 1 2000; i=$((i+1)); echo $i >/progress; done; touch /all-written";

    [Fact]
    public void Output_stops_the_program_while_nobody_reads_and_none_is_lost()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", "until test -e /go; do usleep 10000; done; " + Writer);
        container.AwaitStatus("RUNNING");
        run.Signal(Libc.SIGSTOP);
        File.WriteAllText(Inside("go"), "");
        AwaitBlocked(container.Pid);
        Assert.False(File.Exists(Inside("all-written")));
        run.Signal(Libc.SIGCONT);
        Assert.Equal(string.Concat(Enumerable.Repeat(string.Concat(Enumerable.Range(1, 2000).Select(i => $"{i}\n")), 200)), run.Wait().Ok().Stdout);
    }

    [Fact]
    public void A_full_fifo_that_nobody_reads_holds_its_own_program_alone()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", Writer);
        container.AwaitStatus("RUNNING");
        run.Signal(Libc.SIGSTOP);
        AwaitBlocked(container.Pid);
        Assert.Equal("on", container.Exec("echo", "on").Ok().Output);
        Assert.Equal("RUNNING", container.Status);
        container.Kill("SIGKILL").Ok();
        container.AwaitStatus("STOPPED");
        run.Signal(Libc.SIGKILL);
    }

    [Fact]
    public void A_reader_that_dies_can_be_replaced()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Options(), "sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; usleep 10000; done");
        Eventually.True(() => run.Stdout.Contains("line 3\n", StringComparison.Ordinal), "the first reader gets lines");
        run.Signal(Libc.SIGKILL);
        run.Wait();
        int last = Lines(run.Stdout)[^1];
        for (int i = 0; i < 2; i++)
        {
            using Command attach = StartCtr(Options(), "task", "attach", container.Id);
            Eventually.True(() => Lines(attach.Stdout) is [.., var line] && line > last + 5, "the next reader gets lines");
            attach.Signal(Libc.SIGKILL);
            attach.Wait();
            last = Lines(attach.Stdout)[^1];
        }
        Assert.Equal("RUNNING", container.Status);
    }

    [Fact]
    public void Output_of_a_program_that_is_over_is_complete()
    {
        for (int i = 0; i < 5; i++)
            Assert.Equal(30000, NewContainer().Run("sh", "-c", "seq 1 30000").Ok().Stdout.Count(c => c == '\n'));
    }

    [Fact]
    public void An_exec_whose_child_keeps_the_streams_ends_all_the_same()
    {
        ShimContainer container = Sleeping();
        container.Exec(Options(timeout: TimeSpan.FromSeconds(15 * Surroundings.Patience)), [], "sh", "-c", "sleep 1000 & echo done; exit 3").Exits(3);
        Assert.Equal("RUNNING", container.Status);
    }

    /// <summary>As containerd's client does when it comes back and finds that the container has ended meanwhile.</summary>
    [Fact]
    public void Who_comes_after_the_end_reads_what_there_is_and_then_the_end_of_it()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("sh", "-c", "echo kept");
        using TaskConnection shim = made.Started();
        string fifo = Fifo();
        shim.Call("Create", made.CreateRequest().Text(6, fifo)).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        Assert.Equal("kept", Host("cat", fifo).Ok().Output);
        shim.Call("Delete", made.Id).Ok();
    }

    [Fact]
    public void Output_that_nobody_ever_reads_goes_with_the_task()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("sh", "-c", "echo lost");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Text(6, Fifo())).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Call("Wait", made.Id).Ok();
        shim.Call("Delete", made.Id).Ok();
    }

    /// <summary>It can be waited for, as nothing on the shim's one loop may be.</summary>
    [Fact]
    public void A_log_file_that_is_a_fifo_does_not_stop_the_shim()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("sh", "-c", Writer);
        using TaskConnection shim = made.Started();
        string fifo = Fifo();
        shim.Call("Create", made.CreateRequest().Text(6, $"file://{fifo}")).Ok();
        int pid = (int)shim.Call("Start", made.Id).Ok().Number(1);
        AwaitBlocked(pid);
        Assert.Equal((ulong)pid, shim.Call("State", made.Id).Ok().Number(3));
        using Command reader = Command.Start(["sh", "-c", $"wc -l <{fifo}"], Options());
        shim.Call("Wait", made.Id).Ok();
        Assert.Equal("400000", reader.Wait().Ok().Output);
        shim.Call("Delete", made.Id).Ok();
    }

    private string Fifo()
    {
        string path = Path.Combine(Folder, "fifo");
        Libc.Check(Libc.mkfifo(path, 0x180), "mkfifo");
        return path;
    }

    /// <summary>Waits until the first process of a container, and what it started, can write no more.</summary>
    private static void AwaitBlocked(int pid) =>
        Eventually.True(() => Processes.Tree(pid).Any(p => Processes.WaitsIn(p).Contains("pipe_write", StringComparison.Ordinal)), "the program waits in a write");

    private static int[] Lines(string text) => [.. text.Split('\n')[..^1].Where(l => l.StartsWith("line ", StringComparison.Ordinal)).Select(l => int.Parse(l[5..]))];
}
