using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Tests;

/// <summary>Each behaviour was checked against runc 1.1.5 unless the name says otherwise.</summary>
public sealed class OptionParserTests
{
    [Theory]
    [InlineData("--bundle", "/b", "c1")]
    [InlineData("--bundle=/b", "c1")]
    [InlineData("-bundle", "/b", "c1")]
    [InlineData("-bundle=/b", "c1")]
    [InlineData("-b", "/b", "c1")]
    [InlineData("-b=/b", "c1")]
    [InlineData("--b", "/b", "c1")]
    [InlineData("c1", "--bundle", "/b")]
    [InlineData("c1", "-b=/b")]
    public void A_value_can_be_spelled_in_every_way_of_Go(params string[] args)
    {
        (ParsedOptions options, List<string> arguments) = Parse("create", args);
        Assert.Equal("/b", options.Text("bundle"));
        Assert.Equal(["c1"], arguments);
    }

    [Theory]
    [InlineData("--no-pivot", true)]
    [InlineData("-no-pivot", true)]
    [InlineData("--no-pivot=true", true)]
    [InlineData("--no-pivot=T", true)]
    [InlineData("--no-pivot=0", false)]
    [InlineData("--no-pivot=False", false)]
    public void A_switch_takes_a_value_only_after_an_equals_sign(string arg, bool expected)
    {
        (ParsedOptions options, List<string> arguments) = Parse("create", arg, "false");
        Assert.Equal(expected, options.Switch("no-pivot"));
        Assert.True(options.IsSet("no-pivot"));
        Assert.Equal(["false"], arguments);
    }

    [Theory]
    [InlineData("flag provided but not defined: -nope", "--nope", "c1")]
    [InlineData("flag provided but not defined: -nope", "--nope=1", "c1")]
    [InlineData("flag needs an argument: -bundle", "--bundle")]
    [InlineData("flag needs an argument: -b", "c1", "-b")]
    [InlineData("invalid boolean value \"foo\" for -no-pivot: parse error", "--no-pivot=foo", "c1")]
    [InlineData("invalid value \"x\" for flag -preserve-fds: parse error", "--preserve-fds", "x", "c1")]
    [InlineData("bad flag syntax: ---x", "---x", "c1")]
    [InlineData("bad flag syntax: -=x", "-=x", "c1")]
    public void Mistakes_are_named_as_Go_names_them(string message, params string[] args)
    {
        CofferdamException e = Assert.Throws<CofferdamException>(() => Parse("create", args));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void A_value_may_begin_with_a_dash()
    {
        (ParsedOptions options, List<string> arguments) = Parse("update", "--memory-swap", "-1", "c1", "--memory", "-1");
        Assert.Equal("-1", options.Text("memory-swap"));
        Assert.Equal("-1", options.Text("memory"));
        Assert.Equal(["c1"], arguments);
    }

    [Fact]
    public void Two_dashes_end_the_options()
    {
        (ParsedOptions options, List<string> arguments) = Parse("kill", "--", "-c1", "--all");
        Assert.False(options.Switch("all"));
        Assert.Equal(["-c1", "--all"], arguments);
    }

    [Fact]
    public void After_the_id_known_options_still_count_and_other_words_do_not()
    {
        (ParsedOptions options, List<string> arguments) = Parse("kill", "c1", "-9", "--all");
        Assert.True(options.Switch("all"));
        Assert.Equal(["c1", "-9"], arguments);
    }

    [Fact]
    public void Exec_leaves_everything_after_the_id_to_the_program()
    {
        (ParsedOptions options, List<string> arguments) = Parse("exec", "-t", "--env", "A=1", "-e", "B=2", "c1", "ls", "-t", "--env", "X", "--", "y");
        Assert.True(options.Switch("tty"));
        Assert.Equal(["A=1", "B=2"], options.List("env"));
        Assert.Equal(["c1", "ls", "-t", "--env", "X", "--", "y"], arguments);
    }

    [Fact]
    public void Exec_swallows_two_dashes_only_before_the_id()
    {
        Assert.Equal(["c1", "ls"], Parse("exec", "--", "c1", "ls").Arguments);
        Assert.Equal(["c1", "--", "ls"], Parse("exec", "c1", "--", "ls").Arguments);
    }

    [Fact]
    public void Short_switches_can_be_combined_as_in_crun()
    {
        (ParsedOptions options, List<string> arguments) = Parse("exec", "-tdu", "5", "c1", "sh");
        Assert.True(options.Switch("tty"));
        Assert.True(options.Switch("detach"));
        Assert.Equal("5", options.Text("user"));
        Assert.Equal(["c1", "sh"], arguments);
        Assert.Throws<CofferdamException>(() => Parse("exec", "-tx", "c1"));
        Assert.Throws<CofferdamException>(() => Parse("exec", "-ut", "5", "c1"));
    }

    [Fact]
    public void The_last_of_a_repeated_value_counts_and_lists_collect()
    {
        Assert.Equal("b", Parse("create", "--pid-file", "a", "--pid-file", "b", "c1").Options.Text("pid-file"));
        Assert.Equal(["1", "2"], Parse("exec", "-g", "1", "--additional-gids=2", "c1", "sh").Options.List("additional-gids"));
    }

    [Fact]
    public void An_empty_value_means_none()
    {
        ParsedOptions options = Parse("create", "--pid-file", "", "--bundle=", "c1").Options;
        Assert.Null(options.NonEmpty("pid-file"));
        Assert.Null(options.NonEmpty("bundle"));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-help")]
    public void Help_can_be_asked_for_anywhere(string word)
    {
        Assert.True(Parse("create", word).Options.WantsHelp);
        Assert.True(Parse("create", "c1", word).Options.WantsHelp);
        Assert.False(Parse("exec", "c1", "ls", word).Options.WantsHelp);
    }

    [Theory]
    [InlineData(0, "state", "c1")]
    [InlineData(2, "--root", "/r", "state", "c1")]
    [InlineData(2, "--debug", "--log-format=json", "state", "--debug")]
    [InlineData(1, "--", "state")]
    [InlineData(1, "--debug")]
    public void Global_options_end_at_the_command(int index, params string[] args)
    {
        ParsedOptions options = new(GlobalOptions.Table);
        Assert.Equal(index, OptionParser.ParseGlobal(args, options));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("--timings", "true")]
    [InlineData("--timings=json", "json")]
    public void Timings_takes_a_form_after_an_equals_sign(string? arg, string? value) =>
        Assert.Equal(value, Parse("run", arg is null ? ["c1"] : [arg, "c1"]).Options.Text("timings"));

    private static (ParsedOptions Options, List<string> Arguments) Parse(string command, params string[] args)
    {
        CommandDefinition definition = CommandTable.Find(command)!;
        ParsedOptions options = new(definition.Options);
        return (options, OptionParser.ParseCommand(definition, args, 0, options));
    }
}
