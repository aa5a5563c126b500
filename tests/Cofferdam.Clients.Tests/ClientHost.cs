namespace Cofferdam.Clients.Tests;

/// <summary>What the three clients' fixtures share: a private host, a runtime, and the proof that nothing is left.</summary>
public abstract class ClientHost : IAsyncDisposable
{
    private readonly PrivateHost? _host;
    private readonly HostCgroups? _cgroups;

    private protected ClientHost(string name, params ReadOnlySpan<string> programs)
    {
        Unavailable = Prerequisites.Missing([.. programs, name]);
        if (Unavailable == null)
        {
            _host = new PrivateHost(name);
            _cgroups = new HostCgroups(_host.Name);
        }
    }

    private protected string? Unavailable { get; }

    /// <summary>The tests' way in: without the client on this machine, they are skipped here.</summary>
    private protected PrivateHost Host
    {
        get
        {
            Assert.SkipWhen(_host == null, Unavailable ?? "");
            return _host!;
        }
    }

    /// <summary>The client's program, its global options, and the arguments with the runtime under test put in.</summary>
    private protected abstract IReadOnlyList<string> CommandLine(IReadOnlyList<string> arguments);

    internal CommandResult Run(params IReadOnlyList<string> arguments) => Host.Run(CommandLine(arguments));

    internal CommandResult RunWithInput(string input, params IReadOnlyList<string> arguments) => Host.Run(CommandLine(arguments), input);

    internal CommandResult RunInTerminal(string typed, params IReadOnlyList<string> arguments) => Host.RunInTerminal(CommandLine(arguments), typed);

    internal void RunUntil(string line, params IReadOnlyList<string> arguments) => Host.RunUntil(CommandLine(arguments), line);

    internal Task<CommandResult> Begin(params IReadOnlyList<string> arguments) => Host.Begin(CommandLine(arguments));

    /// <summary>Any command beside the client, in the same namespaces.</summary>
    internal CommandResult OnHost(params IReadOnlyList<string> command) => Host.Run(command);

    /// <summary>Ends everything and reports what containers left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host == null)
        {
            return;
        }

        IReadOnlyList<string> left = _cgroups!.Left;
        _host.Dispose();
        _cgroups.Remove();
        Assert.True(left.Count == 0, "cgroups of removed containers were left: " + string.Join(", ", left));
        Assert.DoesNotContain(_host.Name, await File.ReadAllTextAsync("/proc/self/mountinfo"), StringComparison.Ordinal);
    }
}
