using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. CommandTable.Names.ToArray()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_found_by_its_name_and_documents_every_option(string name)
    {
        CommandDefinition command = CommandTable.Find(name)!;
        Assert.Equal(name, command.Name);
        string help = HelpText.ForCommand(command);
        foreach (CommandOption option in command.Options)
        {
            Assert.NotEmpty(option.Help);
            Assert.Equal(!option.Hidden, help.Contains("--" + option.Name, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Option_names_are_unique_in_a_command(string name)
    {
        CommandOption[] options = CommandTable.Find(name)!.Options;
        Assert.Equal(options.Length, options.Select(o => o.Name).Distinct().Count());
        char[] letters = [.. options.Where(o => o.Short != '\0').Select(o => o.Short)];
        Assert.Equal(letters.Length, letters.Distinct().Count());
        Assert.DoesNotContain('h', letters);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_program_s_help_and_every_completion_name_each_command(string name)
    {
        Assert.Contains($"\n   {name} ", HelpText.ForProgram(), StringComparison.Ordinal);
        foreach (string script in new[] { BashCompletion.Script(), ZshCompletion.Script(), FishCompletion.Script() })
        {
            Assert.Contains(name, script, StringComparison.Ordinal);
            foreach (CommandOption option in CommandTable.Find(name)!.Options.Where(o => !o.Hidden))
            {
                Assert.Contains(option.Name, script, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("")]
    [InlineData("Create")]
    public void Other_words_are_no_command(string name) => Assert.Null(CommandTable.Find(name));
}
