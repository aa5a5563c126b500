namespace Cofferdam.Testing;

public sealed record CommandOptions
{
    /// <summary>Far above what any step needs on a busy two-core machine, far below a human's patience.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20 * Surroundings.Patience);

    /// <summary>Where the files behind the standard streams go.</summary>
    public required string Directory { get; init; }

    public string? WorkingDirectory { get; init; }

    public string? Stdin { get; init; }

    /// <summary>Shell text that says where standard input comes from, in place of <see cref="Stdin"/>.</summary>
    public string? Redirection { get; init; }

    /// <summary>Path of a pty slave that becomes the three standard streams and the controlling terminal.</summary>
    public string? Terminal { get; init; }

    /// <summary>Shell text before the command: redirections of more descriptors, ulimits, umask.</summary>
    public string Prelude { get; init; } = "";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan Timeout { get; init; } = DefaultTimeout;
}
