using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class ExitCodeTests : BlackBoxTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public void Run_exits_with_the_code_of_the_program(int code) => NewContainer("sh", "-c", $"exit {code}").Run().Exits(code);

    [Fact]
    public void Run_passes_on_the_127_of_a_shell_that_finds_no_program() => NewContainer("sh", "-c", "no-such-program").Run().Exits(127);

    [Fact]
    public void Run_passes_on_the_126_of_a_shell_that_may_not_execute() => NewContainer("sh", "-c", "/etc/passwd").Run().Exits(126);

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    [InlineData("SEGV", 139)]
    public void Run_exits_with_128_plus_the_signal_that_ended_the_program(string signal, int code)
    {
        // Without a pid namespace, because pid 1 of one ignores the signals it sends itself.
        Container container = NewContainer("sh", "-c", $"kill -{signal} $$; sleep 10");
        container.Config.WithoutNamespace("pid");
        container.Run().Exits(code);
    }

    [Fact]
    public void Run_of_a_program_that_does_not_exist_exits_with_1_and_names_it()
    {
        Container container = NewContainer("/no/such/program");
        container.Run().Fails(1, "/no/such/program", "no such file or directory");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_of_a_name_that_is_not_in_the_containers_PATH_exits_with_1_and_names_it()
    {
        NewContainer("no-such-program").Run().Fails(1, "no-such-program");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_of_a_file_without_execute_permission_exits_with_1_and_says_why()
    {
        Container container = NewContainer("/etc/passwd");
        container.Run().Fails(1, "permission denied");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_of_a_script_whose_interpreter_is_missing_exits_with_1()
    {
        Container container = NewContainer("/script");
        File.WriteAllText(container.Inside("script"), "#!/no/interpreter\n");
        File.SetUnixFileMode(container.Inside("script"), (UnixFileMode)0x1ed);
        container.Run().Fails(1, "no such file or directory");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Run_executes_a_script_by_its_interpreter_line()
    {
        Container container = NewContainer("/script", "word");
        File.WriteAllText(container.Inside("script"), "#!/bin/sh\necho script $1\n");
        File.SetUnixFileMode(container.Inside("script"), (UnixFileMode)0x1ed);
        Assert.Equal("script word", container.Run().Ok().Output);
    }

    [Fact]
    public void Exec_exits_with_the_code_of_its_program()
    {
        Container container = NewContainer().Running();
        container.Exec("sh", "-c", "exit 33").Exits(33);
        container.Exec("sh", "-c", "kill -9 $$").Exits(137);
        container.Exec("true").Exits(0);
    }

    [Fact]
    public void Exec_of_a_program_that_does_not_exist_exits_with_255() =>
        NewContainer().Running().Exec("/no/such/program").Fails(255, "no such file or directory");

    [Fact]
    public void Exec_in_a_container_that_does_not_exist_exits_with_255() =>
        Scratch.Oci("exec", "nobody", "true").Fails(255, "nobody");

    [Fact]
    public void Exec_in_a_stopped_container_exits_with_255()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        container.Exec("true").Fails(255);
    }

    [Fact]
    public void A_command_without_its_arguments_is_refused() => Scratch.Oci("start").Fails(1);

    [Fact]
    public void An_unknown_command_is_refused() => Assert.NotEqual(0, Scratch.Oci("frobnicate").ExitCode);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../up")]
    [InlineData("with space")]
    [InlineData("semi;colon")]
    public void An_id_outside_the_allowed_letters_is_refused(string id)
    {
        Container container = NewContainer("true");
        container.Id = id;
        container.Run().Exits(1);
    }

    [Fact]
    public void An_id_may_have_letters_digits_and_four_signs()
    {
        Container container = NewContainer("true");
        container.Id = Scratch.Tag + "-aZ09_+.-";
        container.Run().Ok();
    }
}
