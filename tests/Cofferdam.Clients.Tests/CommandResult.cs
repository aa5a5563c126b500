namespace Cofferdam.Clients.Tests;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output without its last line feed; the test fails unless the command succeeded.</summary>
    public string Succeeded() => Exited(0);

    public string Exited(int code)
    {
        Assert.True(ExitCode == code, $"expected exit code {code}: {this}");
        return Output.TrimEnd('\n', '\r');
    }

    public override string ToString() => $"""
        {Command}
        exit code {ExitCode}
        stdout: {Output}
        stderr: {Errors}
        """;
}
