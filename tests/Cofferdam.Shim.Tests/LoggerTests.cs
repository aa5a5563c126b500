using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary><c>--log-uri</c>: files, and loggers by containerd's contract (descriptors 3 and 4 are the container's
/// output, 5 is to be closed when the logger is ready, CONTAINER_ID and CONTAINER_NAMESPACE name it).</summary>
public sealed class LoggerTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void A_file_gets_both_streams()
    {
        string log = Path.Combine(Folder, "deep/er/log");
        ShimContainer container = NewContainer("--log-uri", $"file://{log}");
        container.Detached("sh", "-c", "echo out; echo err >&2").Ok();
        container.DeletedWith(0);
        Assert.Equal(["err", "out"], File.ReadAllLines(log).Order());
    }

    /// <summary>containerd escapes what ctr was given.</summary>
    [Fact]
    public void A_path_with_a_space_is_not_taken_in_its_escaped_form()
    {
        ShimContainer container = NewContainer("--log-uri", $"file://{Folder}/my%20app.log");
        container.Detached("echo", "out").Ok();
        container.DeletedWith(0);
        Assert.Equal("out\n", File.ReadAllText(Path.Combine(Folder, "my app.log")));
    }

    [Fact]
    public void A_file_is_appended_to()
    {
        string log = Path.Combine(Folder, "log");
        File.WriteAllText(log, "before\n");
        ShimContainer container = NewContainer("--log-uri", $"file://{log}");
        container.Detached("echo", "after").Ok();
        container.DeletedWith(0);
        Assert.Equal("before\nafter\n", File.ReadAllText(log));
    }

    [Fact]
    public void A_logger_gets_both_streams_apart_and_is_told_whose_they_are()
    {
        string logger = Logger("""
            trap '' TERM
            echo "$CONTAINER_NAMESPACE $CONTAINER_ID $COLOUR $*" >$FOLDER/names
            cat <&3 >$FOLDER/out 5>&- &
            cat <&4 >$FOLDER/err 5>&- &
            exec 5>&-
            wait
            touch $FOLDER/end
            """);
        ShimContainer container = NewContainer("--log-uri", $"binary://{logger}?key=value&alone&env.COLOUR=blue&env.CONTAINER_ID=wrong");
        container.Detached("sh", "-c", "echo out; echo err >&2").Ok();
        container.DeletedWith(0);
        Eventually.True(() => File.Exists(Path.Combine(Folder, "end")), "the logger saw the end of both streams");
        Assert.Equal("out\n", File.ReadAllText(Path.Combine(Folder, "out")));
        Assert.Equal("err\n", File.ReadAllText(Path.Combine(Folder, "err")));
        Assert.Equal($"{Tag} {container.Id} blue key value alone \n", File.ReadAllText(Path.Combine(Folder, "names")));
    }

    [Fact]
    public void A_logger_gets_the_output_of_a_terminal()
    {
        string logger = Logger("cat <&3 >$FOLDER/out 5>&- &\nexec 5>&-\nwait\ntouch $FOLDER/end");
        using var made = new HandMadeShim(this, "a");
        made.Config.Set("process.terminal", "true").Args("sh", "-c", "test -t 1 && echo on a terminal; exit 4");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Number(4, 1).Text(6, $"binary://{logger}").Text(7, $"binary://{logger}")).Ok();
        shim.Call("Start", made.Id).Ok();
        Assert.Equal(4u, shim.Call("Wait", made.Id).Ok().Number(1));
        shim.Call("Delete", made.Id).Ok();
        Assert.Equal("on a terminal\r\n", File.ReadAllText(Path.Combine(Folder, "out")));
        Assert.True(File.Exists(Path.Combine(Folder, "end")), "the logger saw the end of the terminal");
    }

    [Fact]
    public void A_strict_logger_that_does_not_say_that_it_is_ready_has_failed()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        shim.Call("Create", made.CreateRequest().Text(6, $"binary-v2://{Logger("exit 0")}")).Fails(TtrpcReply.Unknown, "logger", "ready");
        shim.Call("Create", made.CreateRequest().Text(6, $"binary-v2://{Logger("echo >&5; exec 5>&-; cat <&3")}")).Ok();
    }

    [Fact]
    public void The_program_starts_when_the_logger_is_ready()
    {
        string logger = Logger("""
            cat <&3 >$FOLDER/out 5>&- &
            usleep 300000
            test -e $FOLDER/rootfs/started && echo early >$FOLDER/early
            exec 5>&-
            wait
            """);
        ShimContainer container = NewContainer("--log-uri", $"binary://{logger}");
        container.Detached("sh", "-c", "touch /started; echo out").Ok();
        container.DeletedWith(0);
        Assert.False(File.Exists(Path.Combine(Folder, "early")), "the program ran before the logger was ready");
    }

    [Fact]
    public void A_logger_that_is_missing_is_refused_by_name()
    {
        CommandResult result = NewContainer("--log-uri", "binary:///no/such/logger").Detached("true");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/no/such/logger", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_logger_that_dies_does_not_take_the_container_along()
    {
        string logger = Logger("exec 5>&-; head -n 1 <&3 >$FOLDER/out");
        ShimContainer container = NewContainer("--log-uri", $"binary://{logger}");
        container.Detached("sh", "-c", "trap '' PIPE; echo one; until test -e /go; do usleep 10000; done; touch /alive; exec sleep 1000").Ok();
        Eventually.True(() => ReadOrEmpty(Path.Combine(Folder, "out")) == "one\n", "the logger got a line");
        File.WriteAllText(Inside("go"), "");
        container.AwaitFile("alive");
        Assert.Equal("on", container.Exec("echo", "on").Ok().Output);
    }

    [Fact]
    public void An_exec_has_a_log_of_its_own()
    {
        string log = Path.Combine(Folder, "exec.log");
        ShimContainer container = Sleeping();
        container.Exec(Options(), ["--log-uri", $"file://{log}"], "echo", "from the exec").Ok();
        Eventually.True(() => ReadOrEmpty(log) == "from the exec\n", "the log of the exec");
    }

    [Fact]
    public void A_scheme_that_nobody_knows_is_refused()
    {
        CommandResult result = NewContainer("--log-uri", "gopher:///x").Detached("true");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("gopher", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_io_swallows_all_output()
    {
        ShimContainer container = NewContainer("--null-io");
        Assert.Equal("", container.Run("sh", "-c", "seq 1 100000; exit 4").Exits(4).Stdout);
    }

    private string Logger(string script)
    {
        string path = Path.Combine(Folder, "logger");
        File.WriteAllText(path, $"#!/bin/sh\nPATH={Inside("bin")}\nFOLDER={Folder}\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ed);
        return path;
    }

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
