using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What is asked while a create or start is under way: of a client that has given it up, say. A logger that is not
/// ready yet holds them up.</summary>
public sealed class InFlightTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    private string Logger => Path.Combine(Folder, "logger");

    [Fact]
    public void A_delete_of_what_is_being_created_takes_it_away()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        uint create = shim.Send("Create", made.CreateRequest().Text(6, SlowLogger()));
        AwaitLogger();
        uint delete = shim.Send("Delete", made.Id);
        // Asked too early, and not again.
        shim.Call("Shutdown", made.Id).Ok();
        Release();
        int pid = (int)shim.Receive(create).Ok().Number(1);
        shim.Receive(delete).Ok();
        Assert.False(Processes.IsAlive(pid));
        Assert.True(shim.Raw.EndsSoon());
    }

    [Fact]
    public void A_shutdown_during_a_create_that_fails_is_obeyed_after_it()
    {
        using var made = new HandMadeShim(this, "a");
        made.Config.Args("/no/such/program");
        using TaskConnection shim = made.Started();
        uint create = shim.Send("Create", made.CreateRequest().Text(6, SlowLogger()));
        AwaitLogger();
        shim.Call("Shutdown", made.Id).Ok();
        Release();
        Assert.NotEqual(0, shim.Receive(create).Code);
        Assert.True(shim.Raw.EndsSoon());
    }

    [Fact]
    public void A_shutdown_during_a_create_that_succeeds_is_obeyed_when_all_is_deleted()
    {
        using var made = new HandMadeShim(this, "a");
        using TaskConnection shim = made.Started();
        uint create = shim.Send("Create", made.CreateRequest().Text(6, SlowLogger()));
        AwaitLogger();
        shim.Call("Shutdown", made.Id).Ok();
        Release();
        shim.Receive(create).Ok();
        shim.Call("Start", made.Id).Ok();
        shim.Kill(made.Id, 9).Ok();
        shim.Call("Wait", made.Id).Ok();
        // Now there is nothing more to serve.
        shim.Call("Delete", made.Id).Ok();
        Assert.True(shim.Raw.EndsSoon());
    }

    [Fact]
    public void A_kill_of_an_exec_that_is_being_started_reaches_it()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        uint start = StartSlowly(shim, container, "e");
        uint kill = shim.Send("Kill", new ProtobufMessage().Text(1, container.Id).Text(2, "e").Number(3, 9));
        Release();
        shim.Receive(start).Ok();
        shim.Receive(kill).Ok();
        Assert.Equal(137u, shim.Call("Wait", container.Id, "e").Ok().Number(1));
        shim.Call("Delete", container.Id, "e").Ok();
    }

    [Fact]
    public void A_delete_of_an_exec_that_is_being_started_finds_it_running()
    {
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        uint start = StartSlowly(shim, container, "e");
        uint delete = shim.Send("Delete", container.Id, "e");
        Release();
        shim.Receive(start).Ok();
        shim.Receive(delete).Fails(TtrpcReply.FailedPrecondition, "running");
        shim.Kill(container.Id, 9, exec: "e").Ok();
        shim.Call("Wait", container.Id, "e").Ok();
        shim.Call("Delete", container.Id, "e").Ok();
    }

    [Fact]
    public void The_end_of_a_container_during_the_start_of_an_exec_is_told_after_that_of_the_exec()
    {
        _ = shared.Events;
        ShimContainer container = Sleeping();
        using TaskConnection shim = container.Connect();
        uint start = StartSlowly(shim, container, "e");
        shim.Kill(container.Id, 9).Ok();
        uint wait = shim.Send("Wait", container.Id);
        Release();
        shim.Receive(start);
        Assert.Equal(137u, shim.Receive(wait).Ok().Number(1));
        Assert.NotEqual(0u, shim.Call("Wait", container.Id, "e").Ok().Number(1));
        shim.Call("Delete", container.Id, "e").Ok();
    }

    private uint StartSlowly(TaskConnection shim, ShimContainer container, string exec)
    {
        shim.Call("Exec", ExecRequest(container.Id, exec, "sleep", "1000").Text(5, SlowLogger())).Ok();
        uint start = shim.Send("Start", container.Id, exec);
        AwaitLogger();
        return start;
    }

    private string SlowLogger()
    {
        File.WriteAllText(Logger, $"#!/bin/sh\nPATH={Inside("bin")}\ntouch {Logger}.waits\nuntil test -e {Logger}.go; do usleep 10000; done\nexec 5>&-\ncat <&3\n");
        File.SetUnixFileMode(Logger, (UnixFileMode)0x1ed);
        return $"binary://{Logger}";
    }

    private void AwaitLogger() => Eventually.True(() => File.Exists(Logger + ".waits"), "the logger has started");

    private void Release() => File.WriteAllText(Logger + ".go", "");
}
