namespace Cofferdam.Bench;

/// <summary><c>create</c>, <c>start</c> and <c>delete</c> as a shim calls them; the wait for /bin/true to end is not counted.</summary>
internal sealed class LifecycleScenario() : Scenario("lifecycle", "create + start + delete")
{
    private readonly Dictionary<Peer, (Command Create, Command Start, Command Delete, string PidFile)> _commands = [];

    public override void Prepare(Peer peer, Workspace workspace)
    {
        Bundle bundle = workspace.CreateBundle("/bin/true", peer.Name);
        bundle.Write();
        string pidFile = Path.Combine(bundle.Folder, "pid");
        string state = workspace.StateOf(peer);
        _commands[peer] = (
            new Command(peer.Program, "--root", state, "create", "--bundle", bundle.Folder, "--pid-file", pidFile, "bench"),
            new Command(peer.Program, "--root", state, "start", "bench"),
            new Command(peer.Program, "--root", state, "delete", "bench"),
            pidFile);
    }

    public override Sample Measure(Peer peer)
    {
        (Command create, Command start, Command delete, string pidFile) = _commands[peer];
        Sample sample = create.Run();
        using var init = new WatchedProcess(int.Parse(File.ReadAllText(pidFile)));
        sample += start.Run();
        init.WaitUntilExit();
        return sample + delete.Run();
    }
}
