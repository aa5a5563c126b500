using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class TerminalTests : BlackBoxTest
{
    private Container WithTerminal(params string[] args)
    {
        Container container = NewContainer(args);
        container.Config.Set("process.terminal", "true");
        return container;
    }

    [Fact]
    public void Run_on_a_terminal_gives_the_program_a_terminal_of_its_own()
    {
        Container container = WithTerminal("sh", "-c", "tty; test -t 0 && test -t 1 && test -t 2 && echo all-three");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        string seen = pty.ReadUntil("all-three");
        Assert.Contains("/dev/", seen, StringComparison.Ordinal);
        run.Wait().Ok();
    }

    [Fact]
    public void Keys_typed_at_the_hosts_terminal_reach_the_program()
    {
        Container container = WithTerminal("sh", "-c", "echo ready; read line; echo got $line");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("ready");
        pty.Write("a word\n");
        pty.ReadUntil("got a word");
        run.Wait().Ok();
    }

    [Fact]
    public void Control_c_interrupts_the_program_and_not_the_runtime()
    {
        Container container = WithTerminal("sh", "-c", "trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.05; done");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("ready");
        pty.Write("\u0003");
        pty.ReadUntil("interrupted");
        run.Wait().Exits(9);
    }

    [Fact]
    public void The_terminal_is_the_controlling_terminal_of_the_program()
    {
        Container container = WithTerminal("sh", "-c", "echo to-tty > /dev/tty; ps -o pid,tty | cat; echo end");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("end");
        Assert.Contains("to-tty", pty.Seen, StringComparison.Ordinal);
        run.Wait().Ok();
    }

    [Fact]
    public void Dev_console_is_the_terminal()
    {
        Container container = WithTerminal("sh", "-c", "test -c /dev/console && echo to-console > /dev/console; echo end");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("end");
        Assert.Contains("to-console", pty.Seen, StringComparison.Ordinal);
        run.Wait().Ok();
    }

    [Fact]
    public void The_terminal_has_the_size_of_the_hosts()
    {
        Container container = WithTerminal("sh", "-c", "i=0; while [ \"$(stty size)\" != '33 111' ] && [ $i -lt 100 ]; do usleep 20000; i=$((i+1)); done; stty size; echo end");
        using var pty = Pty.Open();
        pty.Size = (33, 111);
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        Assert.Contains("33 111", pty.ReadUntil("end"), StringComparison.Ordinal);
        run.Wait().Ok();
    }

    [Fact]
    public void A_resize_of_the_hosts_terminal_reaches_the_program()
    {
        Container container = WithTerminal("sh", "-c", "echo ready; while [ \"$(stty size)\" != '44 122' ]; do usleep 20000; done; echo resized");
        using var pty = Pty.Open();
        pty.Size = (24, 80);
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        pty.ReadUntil("ready");
        pty.Size = (44, 122);
        pty.ReadUntil("resized");
        run.Wait().Ok();
    }

    [Fact]
    public void The_hosts_terminal_has_its_mode_back_afterwards()
    {
        Container container = WithTerminal("true");
        using var pty = Pty.Open();
        string before = Scratch.Host("stty", "-F", pty.SlavePath, "-g").Ok().Output;
        using Command keep = Scratch.StartHost("sh", "-c", $"exec sleep 100 <>{pty.SlavePath}");
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        run.Wait().Ok();
        Assert.Equal(before, Scratch.Host("stty", "-F", pty.SlavePath, "-g").Ok().Output);
    }

    [Fact]
    public void The_console_socket_receives_the_master_of_the_terminal()
    {
        Container container = WithTerminal("sh", "-c", "echo hello from inside; read x; echo got $x");
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "console.sock"));
        container.WriteConfig();
        using Command create = Scratch.StartOci(Scratch.Options(), "create", "--bundle", container.Bundle, "--console-socket", receiver.Path, container.Id);
        (_, IReadOnlyList<int> fds) = receiver.Receive();
        using var console = new Pty(Assert.Single(fds));
        create.Wait().Ok();
        container.Start().Ok();
        console.ReadUntil("hello from inside");
        console.Write("word\n");
        console.ReadUntil("got word");
    }

    [Fact]
    public void The_console_has_the_size_of_the_config()
    {
        Container container = WithTerminal("sh", "-c", "stty size; echo end");
        container.Config.Set("process.consoleSize", """{"height":20,"width":70}""");
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "console.sock"));
        container.WriteConfig();
        using Command create = Scratch.StartOci(Scratch.Options(), "create", "--bundle", container.Bundle, "--console-socket", receiver.Path, container.Id);
        (_, IReadOnlyList<int> fds) = receiver.Receive();
        using var console = new Pty(Assert.Single(fds));
        create.Wait().Ok();
        Assert.Equal((20, 70), console.Size);
        container.Start().Ok();
        Assert.Contains("20 70", console.ReadUntil("end"), StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_with_tty_on_a_terminal_gives_a_terminal()
    {
        Container container = NewContainer().Running();
        using var pty = Pty.Open();
        using Command exec = Scratch.StartOci(Scratch.Options(terminal: pty.SlavePath), "exec", "--tty", container.Id, "sh", "-c", "test -t 0 && test -t 1 && echo is-terminal; read x; echo got $x");
        pty.ReadUntil("is-terminal");
        pty.Write("word\n");
        pty.ReadUntil("got word");
        exec.Wait().Ok();
    }

    [Fact]
    public void Exec_detached_with_tty_sends_its_master_to_the_console_socket()
    {
        Container container = NewContainer().Running();
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "exec.sock"));
        using Command exec = Scratch.StartOci(Scratch.Options(), "exec", "-t", "-d", "--console-socket", receiver.Path, container.Id, "sh", "-c", "echo exec-console; read x; echo got $x");
        (_, IReadOnlyList<int> fds) = receiver.Receive();
        using var console = new Pty(Assert.Single(fds));
        exec.Wait().Ok();
        console.ReadUntil("exec-console");
        console.Write("word\n");
        console.ReadUntil("got word");
    }

    [Fact]
    public void Create_with_a_terminal_and_no_console_socket_is_refused()
    {
        WithTerminal("true").Create().Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_console_socket_without_a_terminal_is_refused()
    {
        Container container = NewContainer("true");
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "console.sock"));
        container.Create("--console-socket", receiver.Path).Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_console_socket_that_does_not_exist_is_refused()
    {
        WithTerminal("true").Create("--console-socket", "/no/such/socket").Fails(1);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void A_terminal_belongs_to_the_programs_user()
    {
        Container container = WithTerminal("sh", "-c", "stat -c '%u %a' $(tty); echo end");
        container.Config.Set("process.user", """{"uid":1000,"gid":1000}""");
        using var pty = Pty.Open();
        using Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath));
        Assert.Contains("1000 620", pty.ReadUntil("end"), StringComparison.Ordinal);
        run.Wait().Ok();
    }
}
