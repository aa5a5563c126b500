using System.Text.Json.Nodes;

namespace Cofferdam.Bench;

/// <summary><c>run</c> of /bin/true, from the command line to its end.</summary>
internal sealed class RunScenario(string name, string title, JsonNode? seccomp = null) : Scenario(name, title)
{
    private readonly Dictionary<Peer, Command> _run = [];

    public override void Prepare(Peer peer, Workspace workspace)
    {
        Bundle bundle = workspace.CreateBundle("/bin/true", peer.Name);
        if (seccomp != null)
        {
            bundle.Config["linux"]!["seccomp"] = seccomp.DeepClone();
        }

        bundle.Write();
        _run[peer] = new Command(peer.Program, "--root", workspace.StateOf(peer), "run", "--bundle", bundle.Folder, "bench");
    }

    public override Sample Measure(Peer peer) => _run[peer].Run();
}
