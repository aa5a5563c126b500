using System.Globalization;

namespace Cofferdam.Bench.Shims;

/// <summary>Processes and system calls of each operation, by a shim that runs below strace from its start to its end.</summary>
internal sealed class CallsMeasure() : Measure("calls")
{
    private const int SettleMilliseconds = 300;

    private static readonly (string Name, string Title)[] s_operations =
    [
        ("start", "shim `start`"), ("create", "Create"), ("start-task", "Start"), ("exec", "Exec, Start, Wait, Delete of an exec"), ("kill", "Kill and Wait"),
        ("delete", "Delete"), ("shutdown", "Shutdown"),
    ];

    /// <summary>By lane and operation, as texts.</summary>
    public Dictionary<Lane, IReadOnlyList<(string Name, CallCount Count)>> Counts { get; } = [];

    public static IReadOnlyList<(string Name, string Title)> Operations => s_operations;

    public override IEnumerable<Section> Run(Turns turns, ShimOptions options)
    {
        Console.Error.WriteLine("processes and system calls …");
        FigureSet figures = new();
        foreach ((string name, string title) in s_operations)
        {
            figures.Declare(name + "-processes", $"{title}: processes", "").Declare(name + "-calls", $"{title}: system calls", "");
        }

        turns.Once(lane => Counts[lane] = Trace(lane));
        foreach (Lane lane in turns.Lanes)
        {
            foreach ((string name, CallCount count) in Counts[lane])
            {
                figures.Add(name + "-processes", lane, count.Processes);
                figures.Add(name + "-calls", lane, count.ShimCalls + count.OtherCalls);
            }
        }

        yield return new Section("Processes and system calls", "Counted by strace in one container's life: programs executed; new processes + new threads; system calls of the shim + of what it started. "
            + "What the container's own program does is not in it.", figures.Finish(turns));
    }

    private static IReadOnlyList<(string Name, CallCount Count)> Trace(Lane lane)
    {
        string file = Path.Combine(lane.Folder, "trace");
        var marks = new List<(string, double)>();
        void Mark(int operation)
        {
            // What an operation leaves behind for later, such as its event, belongs to it.
            Thread.Sleep(operation == 0 ? 0 : SettleMilliseconds);
            marks.Add((s_operations[operation].Name, (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds));
        }

        Mark(0);
        using HandStartedShim shim = HandStartedShim.StartTraced(lane, "/bin/sleep 100000", file);
        Action[] operations = [shim.Create, shim.StartContainer, () => shim.Exec(), shim.Kill, shim.Delete, shim.Shutdown];
        for (int i = 0; i < operations.Length; i++)
        {
            Mark(i + 1);
            operations[i]();
        }

        Thread.Sleep(SettleMilliseconds);
        return StraceLog.Read(file, lane.Peer.FileName, marks);
    }
}
