using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Commands;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Tests;

public sealed class ExecProcessTests
{
    private static readonly Process Own = new()
    {
        Terminal = true,
        Args = ["init"],
        Env = ["PATH=/bin", "TERM=xterm"],
        Cwd = "/srv",
        User = new User { Uid = 7, Gid = 8, AdditionalGids = [9] },
        Capabilities = new ProcessCapabilities { Bounding = ["CAP_KILL"], Ambient = ["CAP_KILL"], Inheritable = ["CAP_KILL"] },
        NoNewPrivileges = true,
        ApparmorProfile = "p",
    };

    [Fact]
    public void Without_options_it_is_the_container_s_own_process_with_another_command()
    {
        Process process = Build("c1", "ls", "-l");
        Assert.Equal(["ls", "-l"], process.Args);
        Assert.Equal(Own with { Args = process.Args, Terminal = false }, process);
    }

    [Fact]
    public void Options_change_it()
    {
        Process process = Build("-t", "--cwd", "/", "-e", "A=1", "-u", "1:2", "-g", "3", "--no-new-privs=false", "--apparmor", "q", "--process-label", "l", "c1", "ls");
        Assert.True(process.Terminal);
        Assert.Equal("/", process.Cwd);
        Assert.Equal(["PATH=/bin", "TERM=xterm", "A=1"], process.Env);
        Assert.Equal((1u, 2u), (process.User.Uid, process.User.Gid));
        Assert.Equal([9u, 3u], process.User.AdditionalGids);
        Assert.False(process.NoNewPrivileges);
        Assert.Equal("q", process.ApparmorProfile);
        Assert.Equal("l", process.SelinuxLabel);
    }

    [Fact]
    public void A_variable_given_again_replaces_the_container_s() =>
        Assert.Equal(["TERM=xterm", "PATH=/x"], Build("-e", "PATH=/x", "c1", "ls").Env);

    [Fact]
    public void A_user_without_a_group_keeps_the_group() => Assert.Equal(8u, Build("-u", "1", "c1", "ls").User.Gid);

    [Theory]
    [InlineData("root")]
    [InlineData("-1")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2:3")]
    [InlineData(" 1")]
    [InlineData("0x1")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    public void A_user_is_numeric(string user) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CofferdamException>(() => Build("-u", user, "c1", "ls")).Kind);

    [Fact]
    public void A_capability_is_not_added_to_the_inheritable_and_ambient_sets()
    {
        ProcessCapabilities sets = Build("-c", "CAP_CHOWN", "c1", "ls").Capabilities!;
        Assert.Equal(["CAP_KILL", "CAP_CHOWN"], sets.Bounding);
        Assert.Equal(["CAP_CHOWN"], sets.Effective);
        Assert.Equal(["CAP_CHOWN"], sets.Permitted);
        Assert.Equal(["CAP_KILL"], sets.Inheritable);
        Assert.Equal(["CAP_KILL"], sets.Ambient);
    }

    [Fact]
    public void A_command_is_needed() => Assert.Throws<CofferdamException>(() => Build("c1"));

    private static Process Build(params string[] args)
    {
        CommandDefinition command = CommandTable.Find("exec")!;
        ParsedOptions options = new(command.Options);
        return ExecProcess.FromOptions(options, OptionParser.ParseCommand(command, args, 0, options), Own);
    }
}
