using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V1;

/// <summary>freezer: stopping all processes at once (cgroup-v1/freezer-subsystem.rst).</summary>
internal static class V1Freezer
{
    private const string StateFile = "freezer.state";
    private const string Frozen = "FROZEN";
    private const string Thawed = "THAWED";

    // A tree that forks all the time needs many attempts; a machine that is only slow needs pauses between them. There is no
    // event to wait for in v1.
    private const int Attempts = 1000;
    private const int AttemptsBetweenThaws = 50;
    private const int AttemptsBetweenPauses = 10;
    private const int StateReads = 100;

    /// <summary>Returns when everything is frozen, or thaws again and throws.</summary>
    public static void Freeze(V1Directory directory)
    {
        bool frozen = false;
        try
        {
            frozen = TryFreeze(directory);
        }
        finally
        {
            // A cgroup that is half frozen would hang its processes, and those that wait for them, for no visible reason.
            if (!frozen) directory.TryWrite(StateFile, Thawed, out _);
        }

        if (!frozen)
        {
            throw new CofferdamException(
                ErrorKind.DeadlineExceeded, $"freezing cgroup '{directory.Path}': processes are not frozen after {Attempts} attempts (hint: one may be in uninterruptible sleep)");
        }
    }

    public static void Thaw(V1Directory directory) => directory.Write(StateFile, Thawed, "thawing");

    /// <summary>Thaws the cgroup and the nested ones that a container froze by itself, so that a killed process can die.</summary>
    public static void ThawTree(string directory) => CgroupWalk.Visit(directory, static cgroup =>
    {
        if (!Files.TryOpenAt(cgroup, StateFile, OpenFlags.WriteOnly, out OwnedFd? file, out _)) return;
        using (file) Files.TryWrite(file, "THAWED"u8, out _, out _);
    });

    /// <summary>
    /// What the cgroup itself was asked to be: one that is frozen only because a cgroup above it is counts as thawed, since
    /// thawing it would change nothing.
    /// </summary>
    public static FreezerState ReadState(V1Directory directory)
    {
        FreezerState state = FreezerState.Undefined;
        for (int i = 0; i < StateReads; i++)
        {
            state = Parse(directory.TryRead(StateFile), directory.TryRead("freezer.self_freezing"));
            // On its way; the answer is about to be a stable one.
            if (state != FreezerState.Freezing) break;
            Poll.Wait([], TimeSpan.FromMilliseconds(1));
        }

        return state;
    }

    /// <param name="state">freezer.state, or null without the cgroup.</param>
    /// <param name="self">freezer.self_freezing, or null on kernels without it (before 3.8).</param>
    internal static FreezerState Parse(string? state, string? self) => (state, self) switch
    {
        (null, _) => FreezerState.Undefined,
        (Thawed, _) or (_, "0") => FreezerState.Thawed,
        (Frozen, _) => FreezerState.Frozen,
        _ => FreezerState.Freezing,
    };

    private static bool TryFreeze(V1Directory directory)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            if (attempt % AttemptsBetweenThaws == 0)
            {
                // Lets a fork that is under way finish.
                directory.TryWrite(StateFile, Thawed, out _);
                Poll.Wait([], TimeSpan.FromMilliseconds(10));
            }

            directory.Write(StateFile, Frozen, "freezing");
            if (attempt % AttemptsBetweenPauses == 0) Poll.Wait([], TimeSpan.FromMilliseconds(1));
            if (directory.Read(StateFile) == Frozen) return true;
        }

        return false;
    }
}
