namespace Cofferdam.Bench;

/// <summary>What to measure and how long.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: coffer-bench [--repository DIR] [--rounds N] [--live N] [--mounts N] [--only SCENARIO,…] [--peers NAME,…] [--output DIR]
        scenarios: run run-seccomp lifecycle exec mounts live memory
        """;

    private static readonly string[] s_all = ["run", "run-seccomp", "lifecycle", "exec", "mounts", "live", "memory"];

    public string Repository { get; init; } = Directory.GetCurrentDirectory();

    public int Rounds { get; init; } = 200;

    public int Live { get; init; } = 100;

    public int Mounts { get; init; } = 1000;

    public IReadOnlyList<string> Only { get; init; } = s_all;

    /// <summary>Beginnings of names; empty means all that are found.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    public string? Output { get; init; }

    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException(Usage);
            options = arguments[i] switch
            {
                "--repository" => options with { Repository = value },
                "--rounds" => options with { Rounds = int.Parse(value) },
                "--live" => options with { Live = int.Parse(value) },
                "--mounts" => options with { Mounts = int.Parse(value) },
                "--only" => options with { Only = value.Split(',') },
                "--peers" => options with { Peers = value.Split(',') },
                "--output" => options with { Output = value },
                _ => throw new ArgumentException(Usage),
            };
        }

        return options;
    }
}
