namespace Cofferdam.Bench;

/// <summary>Something every runtime does, measured again and again.</summary>
internal abstract class Scenario(string name, string title)
{
    public string Name { get; } = name;

    public string Title { get; } = title;

    /// <summary>Before the first round, unmeasured.</summary>
    public abstract void Prepare(Peer peer, Workspace workspace);

    public abstract Sample Measure(Peer peer);

    /// <summary>After the last round, unmeasured.</summary>
    public virtual void Finish(Peer peer)
    {
    }
}
