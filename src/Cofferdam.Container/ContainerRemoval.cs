using System.Diagnostics.CodeAnalysis;
using Cofferdam.Cgroups;
using Cofferdam.Containers.Hooks;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>
/// Takes a container away: processes, cgroup, resctrl group, state directory, in this order, so that at each moment the record
/// still names all that is left, and a removal that was killed can be repeated.
/// </summary>
internal sealed class ContainerRemoval
{
    private static readonly TimeSpan _deathLimit = TimeSpan.FromSeconds(10);

    private readonly StateDirectory _directory;
    private readonly ContainerId _id;
    private readonly ICollection<string>? _warnings;
    private readonly IReadOnlyList<ContainerProcess> _children;
    private readonly DateTimeOffset? _created;

    /// <param name="directory">Where it is recorded.</param>
    /// <param name="id">Its id.</param>
    /// <param name="warnings">Gets what does not stop the removal.</param>
    /// <param name="children">Processes of the container that are children of this program.</param>
    /// <param name="created">
    /// When the container was made, if it must be that one: a run that ends late must not remove what has its id by now, as the
    /// container that was restored from a checkpoint of it.
    /// </param>
    public ContainerRemoval(StateDirectory directory, ContainerId id, ICollection<string>? warnings, IReadOnlyList<ContainerProcess>? children = null, DateTimeOffset? created = null)
    {
        _created = created;
        _children = children ?? [];
        _directory = directory;
        _id = id;
        _warnings = warnings;
    }

    /// <summary>Removes a container that has a record.</summary>
    public void Run(bool force)
    {
        StoredState state;
        IReadOnlyList<Hook> poststop;
        using (StateLock held = Lock(force))
        {
            state = _directory.Read();
            if (IsAnother(state)) throw new CofferdamException(ErrorKind.NotFound, $"container '{_id}': {CallerVisibleText.NotExist}");
            RefuseUnlessRemovable(state, force);
            poststop = ReadPoststop(state);
            RemoveLocked(state, held);
        }

        RuntimeHooks.RunAll(poststop, "poststop", Container.Describe(state, 0, ContainerStatus.Stopped.ToText()), _warnings);
    }

    private StateLock Lock(bool force)
    {
        if (_directory.TryLock() is { } free) return free;
        // What holds the lock may be a start or a create whose hook or program hangs, and both end when init does.
        if (force && _directory.TryRead(out StoredState? state) && !IsAnother(state)) SignalUnlocked(state);
        return _directory.Lock();
    }

    private bool IsAnother(StoredState state) => _created is { } created && state.Created != created;

    /// <summary>Removes whatever is there.</summary>
    /// <returns>False if there was nothing.</returns>
    public bool Purge()
    {
        if (!Files.Exists(_directory.Location)) return false;
        try
        {
            if (TryReadUsable(out _))
            {
                Run(force: true);
                return true;
            }

            using StateLock held = _directory.Lock();
            // Locked now: a create that was about to write its record has done so or is dead.
            if (!TryReadUsable(out _))
            {
                held.Remove();
                return true;
            }
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.NotFound)
        {
            // Somebody else was faster.
            return true;
        }

        return Purge();
    }

    /// <summary>Ends all processes that the record names, and waits for their end.</summary>
    /// <param name="state">The record.</param>
    /// <param name="children">Those of them that this program must reap.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DeadlineExceeded"/>: one does not die.</exception>
    internal static void KillProcesses(StoredState state, IReadOnlyList<ContainerProcess> children)
    {
        using OwnedFd? init = Liveness.OpenInit(state);
        SendKill(state, init);
        // The first process of a pid namespace ends only after all others in it were reaped (pid_namespaces(7)).
        foreach (ContainerProcess child in children) child.ReapWithin(_deathLimit);
        if (init is not null && !Poll.UntilReadable(init, _deathLimit))
            throw new CofferdamException(ErrorKind.DeadlineExceeded, $"killing container '{state.Id}': process {state.Pid} does not end");
    }

    private static void SendKill(StoredState state, OwnedFd? init)
    {
        if (init is not null) Processes.TrySendSignal(init, Signals.Kill, out _);
        if (state.CgroupPaths.Count == 0) return;
        ICgroup cgroup = state.LoadCgroup();
        // Also thaws: on cgroup v1 a frozen process does not even die.
        if (cgroup.Exists() && cgroup.ReadProcesses().Count > 0) cgroup.KillAll(Signals.Kill);
    }

    private static void SignalUnlocked(StoredState state)
    {
        using OwnedFd? init = Liveness.OpenInit(state);
        try
        {
            SendKill(state, init);
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            // Whoever holds the lock may be removing the cgroup. With the lock it is done again, and then it counts.
        }
    }

    private void RefuseUnlessRemovable(StoredState state, bool force)
    {
        ContainerStatus status = Liveness.StatusOf(state, _directory, state.LoadCgroup());
        if (!force && status is not (ContainerStatus.Stopped or ContainerStatus.Created))
            throw new CofferdamException(ErrorKind.FailedPrecondition, CallerVisibleText.DeleteNotStopped(_id, status));
    }

    private void RemoveLocked(StoredState state, StateLock held)
    {
        KillProcesses(state, _children);
        if (state.CgroupPaths.Count > 0) state.LoadCgroup().Remove();
        if (state.ResctrlPath.Length > 0) ResctrlGroup.Remove(state);
        held.Remove();
    }

    private IReadOnlyList<Hook> ReadPoststop(StoredState state)
    {
        if (!state.HasPoststop) return [];
        try
        {
            return SpecReader.ReadSpec(_directory.ReadConfig(), []).Hooks.Poststop;
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            _warnings?.Add($"poststop hooks of container '{_id}': {e.Message}");
            return [];
        }
    }

    private bool TryReadUsable([NotNullWhen(true)] out StoredState? state)
    {
        try
        {
            return _directory.TryRead(out state);
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.DataLoss)
        {
            state = null;
            _warnings?.Add($"container '{_id}': {e.Message}; its cgroup, if any, is not known");
            return false;
        }
    }
}
