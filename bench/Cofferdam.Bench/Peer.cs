using System.Diagnostics;

namespace Cofferdam.Bench;

/// <summary>A runtime that is measured.</summary>
internal sealed record Peer(string Name, string Program, string Version)
{
    public bool IsOurs => Name == "coffer-oci";

    /// <summary>Ours, Debian's, and what bench/newer-peers.sh put into .cache/peers.</summary>
    public static IReadOnlyList<Peer> FindAll(string repository)
    {
        var peers = new List<Peer>();
        Add(peers, "coffer-oci", Path.Combine(repository, "out/bin/coffer-oci"));
        Add(peers, "crun", "/usr/bin/crun");
        Add(peers, "runc", "/usr/sbin/runc");
        string cache = Path.Combine(repository, ".cache/peers");
        foreach (string folder in Directory.Exists(cache) ? Directory.GetDirectories(cache).Order().ToArray() : [])
        {
            string name = Path.GetFileName(folder);
            Add(peers, name, Path.Combine(folder, name.Split('-')[0]));
        }

        return [.. peers.Select(p => p.Name is "crun" or "runc" ? p with { Name = $"{p.Name}-{p.Version}" } : p)];
    }

    private static void Add(List<Peer> peers, string name, string program)
    {
        if (!File.Exists(program))
        {
            return;
        }

        using Process process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })!;
        string[] words = (process.StandardOutput.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        string version = words.FirstOrDefault(w => char.IsAsciiDigit(w[0])) ?? "?";
        peers.Add(new Peer(name, program, version.Split('+')[0]));
    }
}
