using System.Text.Json.Nodes;
using Cofferdam.Bench;
using Cofferdam.Bench.Shims;

Options options;
ShimOptions? shim;
try
{
    shim = args is ["shim", ..] ? ShimOptions.Parse(args.AsSpan(1)) : null;
    options = Options.Parse(shim == null ? args : []);
}
catch (ArgumentException bad)
{
    Console.Error.WriteLine(bad.Message);
    return 2;
}

if (shim != null)
{
    return ShimBenchmark.Run(shim);
}

List<Peer> peers = [.. Peer.FindAll(options.Repository).Where(p => options.Peers.Count == 0 || options.Peers.Any(n => p.Name.StartsWith(n, StringComparison.Ordinal)))];
if (peers.Count == 0)
{
    Console.Error.WriteLine("no runtime found: ./build.sh makes ours, eng/install-packages.sh bench installs runc and crun");
    return 1;
}

JsonNode seccomp = JsonNode.Parse(File.ReadAllText(Path.Combine(options.Repository, "bench/docker-seccomp.json")))!;
using var workspace = new Workspace();
Report report = new Plan(options, peers, workspace, seccomp).Measure();
Console.Write(report.ToTable());
if (options.Output != null)
{
    Directory.CreateDirectory(options.Output);
    File.WriteAllText(Path.Combine(options.Output, "launch.json"), JsonReport.Write(report, options.Rounds, DateTimeOffset.UtcNow));
    File.WriteAllText(Path.Combine(options.Output, "launch.md"), report.ToTable());
    File.WriteAllText(Path.Combine(options.Output, "launch.svg"), SvgPlot.Draw(report));
}

return 0;
