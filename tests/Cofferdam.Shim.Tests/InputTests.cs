using System.Security.Cryptography;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

public sealed class InputTests(SharedContainerd shared) : ShimTest(() => shared.Daemon)
{
    [Fact]
    public void The_input_of_the_program_ends_with_the_callers() => Assert.Equal("x", RunWithInput("x\n"u8.ToArray(), "cat").Ok().Output);

    [Fact]
    public void An_empty_input_ends_too() => Assert.Equal("", RunWithInput([], "cat").Ok().Output);

    [Fact]
    public void Much_input_arrives_unchanged()
    {
        byte[] input = new byte[10_000_000];
        Random.Shared.NextBytes(input);
        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(input)), RunWithInput(input, "sha256sum").Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_input_of_an_exec_ends_with_the_callers()
    {
        ShimContainer container = Sleeping();
        using Command exec = container.StartExec(Keyboard(), [], "sh", "-c", "touch /ready; cat");
        using (FileStream keyboard = OpenKeyboard())
        {
            container.AwaitFile("ready");
            keyboard.Write("from outside\n"u8);
        }
        Assert.Equal("from outside", exec.Wait().Ok().Output);
    }

    [Fact]
    public void A_program_that_does_not_read_can_end()
    {
        string file = Path.Combine(Folder, "input");
        File.WriteAllBytes(file, new byte[1_000_000]);
        NewContainer().Run(Options() with { Redirection = $"<{file}" }, "sh", "-c", "exit 3").Exits(3);
    }

    [Fact]
    public void Input_given_late_and_in_pieces_arrives_in_order()
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Keyboard(), "sh", "-c", "while read line; do echo got $line; touch /$line; done; echo end");
        using (FileStream keyboard = OpenKeyboard())
        {
            foreach (string word in new[] { "one", "two", "three" })
            {
                keyboard.Write(System.Text.Encoding.UTF8.GetBytes(word + "\n"));
                container.AwaitFile(word);
            }
        }
        Assert.Equal("got one\ngot two\ngot three\nend", run.Wait().Ok().Output);
    }

    /// <summary>ctr does not notice the end of its input if that comes before the task is made.</summary>
    private CommandResult RunWithInput(byte[] input, params string[] args)
    {
        ShimContainer container = NewContainer();
        using Command run = container.StartRun(Keyboard(), args);
        using (FileStream keyboard = OpenKeyboard())
        {
            container.AwaitStatus("RUNNING");
            keyboard.Write(input);
        }
        return run.Wait();
    }

    /// <summary>Options for a command whose input comes from <see cref="OpenKeyboard"/>.</summary>
    private CommandOptions Keyboard()
    {
        Libc.Check(Libc.mkfifo(Fifo, 0x180), "mkfifo");
        return Options() with { Redirection = $"<{Fifo}" };
    }

    private string Fifo => Path.Combine(Folder, "keyboard");

    private FileStream OpenKeyboard() => new(Fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
}
