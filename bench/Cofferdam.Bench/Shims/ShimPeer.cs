namespace Cofferdam.Bench.Shims;

/// <summary>A shim with its runtime. <see cref="Runtime"/> is containerd's name for it, <see cref="Binary"/> the OCI runtime that it starts, if not its own.</summary>
internal sealed record ShimPeer(string Name, string Runtime, string Program, string? Binary)
{
    public const string Ours = "coffer";

    /// <summary>The name under which containerd looks for it in PATH.</summary>
    public string FileName => "containerd-shim-" + string.Join('-', Runtime.Split('.')[^2..]);

    public static IReadOnlyList<ShimPeer> All(string ours, ProgramFinder programs) =>
    [
        new(Ours, "io.containerd.coffer.v2", ours, null),
        new("runc", "io.containerd.runc.v2", programs.Find("containerd-shim-runc-v2"), null),
        new("crun", "io.containerd.runc.v2", programs.Find("containerd-shim-runc-v2"), programs.Find("crun")),
    ];

    /// <summary>What of it is not on this machine, or null.</summary>
    public string? Missing => !File.Exists(Program) ? Program : Binary != null && !File.Exists(Binary) ? Binary : null;
}
