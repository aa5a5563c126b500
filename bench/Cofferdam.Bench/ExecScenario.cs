namespace Cofferdam.Bench;

/// <summary><c>exec</c> of /bin/true in a container that sleeps.</summary>
internal sealed class ExecScenario() : Scenario("exec", "exec /bin/true")
{
    private readonly Dictionary<Peer, (SleepingContainer Container, Command Exec)> _commands = [];

    public override void Prepare(Peer peer, Workspace workspace)
    {
        var container = new SleepingContainer(peer, workspace, "bench-exec-" + peer.Name);
        _commands[peer] = (container, new Command(peer.Program, "--root", workspace.StateOf(peer), "exec", container.Id, "/bin/true"));
        container.Start();
    }

    public override Sample Measure(Peer peer) => _commands[peer].Exec.Run();

    public override void Finish(Peer peer) => _commands[peer].Container.Delete();
}
