namespace Cofferdam.Bench.Shims;

/// <summary>What to measure and how long.</summary>
internal sealed record ShimOptions
{
    public const string Usage = """
        usage: coffer-bench shim [--repository DIR] [--rounds N] [--execs N] [--pause MS] [--only MEASURE,…] [--peers coffer,runc,crun]
                                 [--shim FILE] [--containerd FILE] [--output DIR]
        measures: memory run detached exec life direct-exec parallel calls
        """;

    public string Repository { get; init; } = Directory.GetCurrentDirectory();

    public int Rounds { get; init; } = 25;

    public int Execs { get; init; } = 100;

    public int Pause { get; init; } = 100;

    public int MemoryRounds => Math.Clamp(Rounds / 10, 1, 5);

    public int ParallelRounds => Math.Clamp(Rounds / 8, 1, 5);

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>Ours; the one that build.sh makes if not given.</summary>
    public string? Shim { get; init; }

    /// <summary>Another one than that in PATH. Programs beside it are preferred, too.</summary>
    public string? Containerd { get; init; }

    public string? Output { get; init; }

    public static ShimOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new ShimOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException(Usage);
            options = arguments[i] switch
            {
                "--repository" => options with { Repository = value },
                "--rounds" => options with { Rounds = int.Parse(value) },
                "--execs" => options with { Execs = int.Parse(value) },
                "--pause" => options with { Pause = int.Parse(value) },
                "--only" => options with { Only = value.Split(',') },
                "--peers" => options with { Peers = value.Split(',') },
                "--shim" => options with { Shim = value },
                "--containerd" => options with { Containerd = value },
                "--output" => options with { Output = value },
                _ => throw new ArgumentException(Usage),
            };
        }

        return options;
    }
}
