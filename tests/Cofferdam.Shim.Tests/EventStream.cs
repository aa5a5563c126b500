using System.Text.Json;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>What <c>ctr events</c> prints, for all namespaces.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly Command _command;

    public EventStream(Containerd daemon)
    {
        var options = new CommandOptions { Directory = daemon.Folder };
        _command = Command.Start(daemon.Ctr("default", ["events"]), options);
        // It says nothing when it has subscribed: a first event is made until one comes.
        int tries = 0;
        Eventually.True(() =>
        {
            Command.Run(daemon.Ctr("default", ["namespaces", "label", "default", $"try=n{tries++}"]), options).Ok();
            return _command.Stdout.Contains("/namespaces/", StringComparison.Ordinal);
        }, "ctr events prints an event");
    }

    /// <summary>Those of the tasks in a namespace, in the order in which containerd published them.</summary>
    public IReadOnlyList<TaskEvent> Of(string space) => [.. Parse(_command.Stdout).Where(e => e.Namespace == space)];

    /// <summary>Waits for the topic (<c>exit</c>) and returns all that came until then.</summary>
    public IReadOnlyList<TaskEvent> Await(string space, Func<TaskEvent, bool> wanted, string what)
    {
        IReadOnlyList<TaskEvent> seen = [];
        Eventually.True(() => (seen = Of(space)).Any(wanted), $"{what}; seen: {string.Join(", ", Of(space))}");
        return seen;
    }

    public void Dispose() => _command.Dispose();

    /// <summary>"2024-05-01 10:00:00.0 +0000 UTC NAMESPACE /tasks/exit {JSON}".</summary>
    private static IEnumerable<TaskEvent> Parse(string text)
    {
        // The last line may be half written.
        foreach (string line in text.Split('\n')[..^1])
        {
            int topic = line.IndexOf(" /tasks/", StringComparison.Ordinal);
            int body = line.IndexOf('{', StringComparison.Ordinal);
            if (topic < 0 || body < topic)
                continue;
            string name = line[(topic + " /tasks/".Length)..body].Trim();
            yield return new TaskEvent(line[..topic].Split(' ')[^1], name, JsonElement.Parse(line[body..]));
        }
    }
}
