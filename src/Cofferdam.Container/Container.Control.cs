using Cofferdam.Cgroups;
using Cofferdam.Containers.ResourceControl;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;
using LinuxProcesses = Cofferdam.Linux.Processes;

namespace Cofferdam.Containers;

/// <content>What may be done to a container that lives: signals, freezing, limits.</content>
public sealed partial class Container
{
    /// <summary>Sends a signal to init, or to all processes.</summary>
    /// <remarks>
    /// Where init's death does not end the others, because its pid namespace is not the container's own, SIGKILL goes to
    /// all processes of the cgroup. SIGKILL reaches a paused container too: it is resumed to die.
    /// </remarks>
    /// <param name="signal">The signal's number.</param>
    /// <param name="all">Every process of the container's cgroup. Then it is no error that none is left.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: init has ended ("container not running").
    /// </exception>
    public void Signal(int signal, bool all = false)
    {
        using OwnedFd? init = Liveness.OpenInit(_stored);
        bool reachAll = all || (signal == Signals.Kill && !_stored.OwnPidNamespace);
        if (reachAll && HasCgroup && Cgroup.Exists() && (all || init is not null || Cgroup.ReadProcesses().Count > 0))
        {
            Cgroup.KillAll(signal);
            return;
        }

        if (init is null || !LinuxProcesses.TrySendSignal(init, signal, out Errno errno) && errno == Errno.ESRCH)
        {
            if (all) return;
            throw new CofferdamException(ErrorKind.FailedPrecondition, CallerVisibleText.NotRunning);
        }

        if (errno != Errno.None) throw new LinuxException("pidfd_send_signal", errno, Signals.Name(signal));
        // On cgroup v1 a frozen process does not even die.
        if (signal == Signals.Kill && Liveness.IsFrozen(Cgroup)) ThawUnlessGone();
    }

    // On v2 it has died meanwhile, and systemd removes the cgroup at once.
    private void ThawUnlessGone()
    {
        try
        {
            Cgroup.Thaw();
        }
        catch (Exception e) when (e is LinuxException or CofferdamException && !Cgroup.Exists())
        {
            // There is nothing left to thaw.
        }
    }

    /// <summary>Freezes all processes.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: not running or created, or it has no freezer.</exception>
    public void Pause()
    {
        using StateLock held = _directory.Lock();
        Refresh();
        if (Status is not (ContainerStatus.Running or ContainerStatus.Created)) throw Refused(CallerVisibleText.NotRunning);
        if (Cgroup.ReadFreezerState() == FreezerState.Undefined) throw Refused($"pausing container '{Id}': its cgroup has no freezer");
        Cgroup.Freeze();
    }

    /// <summary>Lets frozen processes run again.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: not paused.</exception>
    public void Resume()
    {
        using StateLock held = _directory.Lock();
        Refresh();
        if (Status != ContainerStatus.Paused) throw Refused(CallerVisibleText.NotPaused);
        Cgroup.Thaw();
    }

    /// <summary>Changes limits; those that <paramref name="resources"/> does not name stay.</summary>
    /// <param name="resources">The new limits.</param>
    /// <param name="warnings">Gets a line for each limit that was ignored.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: the container is stopped; <see cref="ErrorKind.InvalidArgument"/>: a
    /// value that the kernel would refuse, named by its path in the JSON.
    /// </exception>
    public void Update(LinuxResources resources, ICollection<string>? warnings = null)
    {
        SpecValidator.ValidateResources(resources);
        using StateLock held = _directory.Lock();
        Refresh();
        RequireLife();
        if (resources.Devices.Count > 0 && !resources.Devices.SequenceEqual(Spec.Linux.Resources?.Devices ?? [])) warnings?.Add("linux.resources.devices: an update does not change device rules");
        // containerd passes the rules of the configuration with each update, and a plugin (NVIDIA's) may have added to them since.
        Cgroup.Update(SpecVersions.Adapt(resources, _stored.OciVersion) with { Devices = [] }, warnings);
    }

    /// <summary>Changes what its class of service may use of caches and memory bandwidth, for all containers in that class.</summary>
    /// <param name="l3CacheSchema">As linux.intelRdt.l3CacheSchema; null leaves it.</param>
    /// <param name="memBwSchema">As linux.intelRdt.memBwSchema; null leaves it.</param>
    /// <param name="warnings">Gets a line for each thing that was ignored.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: the container is stopped, or was created without linux.intelRdt, or this
    /// machine cannot do it; <see cref="ErrorKind.InvalidArgument"/>: resctrl refuses the value.
    /// </exception>
    public void UpdateResctrl(string? l3CacheSchema, string? memBwSchema, ICollection<string>? warnings = null)
    {
        using StateLock held = _directory.Lock();
        Refresh();
        RequireLife();
        ResctrlGroup.Update(_stored, l3CacheSchema, memBwSchema, warnings);
    }

    /// <summary>The pids of all processes, in the caller's pid namespace; none when the container is stopped.</summary>
    public IReadOnlyList<int> Processes()
    {
        if (HasCgroup) return Cgroup.Exists() ? Cgroup.ReadProcesses() : [];
        // Without a cgroup there is only the tree of parents and children to go by.
        return InitPid is { } init ? ProcessTree.From(init) : [];
    }

    /// <summary>Waits until the container has stopped, whoever made it.</summary>
    /// <param name="timeout">How long at most; null for ever.</param>
    /// <returns>Whether it has stopped.</returns>
    public bool WaitUntilStopped(TimeSpan? timeout = null)
    {
        using OwnedFd? init = Liveness.OpenInit(_stored);
        return init is null || Poll.UntilReadable(init, timeout);
    }

    private static CofferdamException Refused(string message) => new(ErrorKind.FailedPrecondition, message);

    private void RequireLife()
    {
        if (Status == ContainerStatus.Stopped) throw Refused(CallerVisibleText.NotRunning);
    }
}
