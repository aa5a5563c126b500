using Xunit;

namespace Cofferdam.Testing;

/// <summary>What a finished command left: exit code (128+n for a signal) and its output.</summary>
public sealed record CommandResult(string CommandLine, int ExitCode, string Stdout, string Stderr, bool TimedOut)
{
    /// <summary>Standard output without the last newline.</summary>
    public string Output => Stdout.TrimEnd('\n', '\r');

    public string LastErrorLine => Stderr.TrimEnd().Split('\n')[^1];

    public CommandResult Ok() => Exits(0);

    public CommandResult Exits(int code)
    {
        if (TimedOut || ExitCode != code)
            Assert.Fail($"expected exit code {code}, got {Describe()}");
        return this;
    }

    /// <summary>A refusal: the given code and a message. That its last line holds every one of the words is asked of
    /// our runtime only: the others have their own wording.</summary>
    public CommandResult Fails(int code, params string[] words)
    {
        // crun exits with 255 where runc and we exit with 1.
        if (RuntimeUnderTest.Name != "crun" || code != 1 || TimedOut || ExitCode == 0)
            Exits(code);
        Assert.False(string.IsNullOrWhiteSpace(Stderr), $"a failure without a message: {Describe()}");
        foreach (string word in RuntimeUnderTest.IsOurs ? words : [])
        {
            if (!LastErrorLine.Contains(word, StringComparison.OrdinalIgnoreCase))
                Assert.Fail($"the last error line does not name '{word}': {Describe()}");
        }
        return this;
    }

    public string Describe() =>
        $"{(TimedOut ? "a timeout" : $"exit code {ExitCode}")} from: {CommandLine}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
