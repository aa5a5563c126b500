namespace Cofferdam.Bench;

/// <summary>A container that only waits.</summary>
internal sealed class SleepingContainer
{
    private readonly Command _create;
    private readonly Command _start;
    private readonly Command _delete;

    public SleepingContainer(Peer peer, Workspace workspace, string id)
    {
        Id = id;
        Bundle bundle = workspace.CreateBundle("/bin/sleep 10000", id);
        bundle.Write();
        string state = workspace.StateOf(peer);
        _create = new Command(peer.Program, "--root", state, "create", "--bundle", bundle.Folder, id);
        _start = new Command(peer.Program, "--root", state, "start", id);
        _delete = new Command(peer.Program, "--root", state, "delete", "--force", id);
    }

    public string Id { get; }

    public void Start()
    {
        _create.Run();
        _start.Run();
    }

    public void Delete() => _delete.Run();
}
