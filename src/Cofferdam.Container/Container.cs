using Cofferdam.Cgroups;
using Cofferdam.Containers.State;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>
/// A container under a state root: <see cref="Create"/> makes one from a bundle, <see cref="Load"/> finds one that any
/// process made. Both programs and threads may act on the same container at once; changes take turns.
/// </summary>
/// <remarks>
/// Errors are <see cref="CofferdamException"/> with a kind to act on (NotFound, AlreadyExists, FailedPrecondition for an
/// operation that the status does not allow, InvalidArgument for the configuration) or <see cref="LinuxException"/> where
/// the kernel refused something.
/// </remarks>
public sealed partial class Container : IDisposable
{
    /// <summary>The version of runtime-spec that states comply with.</summary>
    public const string OciVersion = "1.3.0";

    private readonly StateDirectory _directory;
    private StoredState _stored;
    private ICgroup? _cgroup;
    private RuntimeSpec? _spec;

    internal Container(StateDirectory directory, StoredState stored, ContainerProcess? init)
    {
        _directory = directory;
        _stored = stored;
        _init = init;
        if (init is not null) _children.Add(init);
        Id = new ContainerId(stored.Id);
    }

    /// <summary>The container's id.</summary>
    public ContainerId Id { get; }

    /// <summary>Absolute path of the bundle that it was created from.</summary>
    public string Bundle => _stored.Bundle;

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created => _stored.Created;

    /// <summary>Absolute path of its state directory.</summary>
    public string StateLocation => _directory.Location;

    /// <summary>The user whose runtime made it: the owner of its state directory.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.NotFound"/>: it was deleted meanwhile.</exception>
    public uint OwnerUid => _directory.ReadOwner();

    /// <summary>What the state directory records.</summary>
    public StoredState Stored => _stored;

    /// <summary>The configuration that it was created from, kept in the state directory: the bundle may have changed since.</summary>
    public RuntimeSpec Spec => _spec ??= SpecReader.ReadSpec(_directory.ReadConfig(), []);

    /// <summary>Its status now. Asks the kernel each time.</summary>
    public ContainerStatus Status
    {
        get
        {
            if (!_stored.Complete && _directory.TryRead(out StoredState? newer)) _stored = newer;
            return Liveness.StatusOf(_stored, _directory, Cgroup);
        }
    }

    /// <summary>Init's pid in the caller's pid namespace, or null when it has ended.</summary>
    public int? InitPid => Liveness.InitLives(_stored) ? _stored.Pid : null;

    /// <summary>From before its program was executed; only where the cgroup may be gone before its counters were read.</summary>
    internal OomLog? OomLog { get; init; }

    internal ICgroup Cgroup => _cgroup ??= _stored.LoadCgroup();

    private bool HasCgroup => _stored.CgroupPaths.Count > 0;

    /// <summary>Finds a container.</summary>
    /// <param name="root">The state root.</param>
    /// <param name="id">The container's id.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.NotFound"/>: there is none; <see cref="ErrorKind.DataLoss"/>: its record is damaged.
    /// </exception>
    public static Container Load(string root, ContainerId id)
    {
        StateDirectory directory = new(root, id);
        return new Container(directory, directory.Read(), null);
    }

    /// <summary>All containers under a root, sorted by id. What is no container, or vanishes meanwhile, is left out.</summary>
    /// <param name="root">The state root; one that does not exist has no containers.</param>
    /// <param name="warnings">Gets a line for each container whose record is damaged.</param>
    public static IReadOnlyList<Container> List(string root, ICollection<string>? warnings = null)
    {
        List<Container> containers = [];
        foreach (ContainerId id in StateRoot.ReadIds(root))
        {
            StateDirectory directory = new(root, id);
            try
            {
                if (directory.TryRead(out StoredState? stored)) containers.Add(new Container(directory, stored, null));
            }
            catch (Exception e) when (e is CofferdamException or LinuxException)
            {
                // One broken container must not hide the others.
                warnings?.Add($"container '{id}': {e.Message}");
            }
        }

        return containers;
    }

    /// <summary>Its state as hooks and monitors get it (runtime-spec, runtime.md "State").</summary>
    public ContainerState OciState()
    {
        ContainerStatus status = Status;
        int pid = status == ContainerStatus.Stopped ? 0 : _stored.Pid;
        return Describe(_stored, pid, status.ToText()) with { Rootfs = _stored.Rootfs, Created = _stored.Created };
    }

    /// <summary>Closes what this object holds open. The container lives on.</summary>
    public void Dispose()
    {
        _init?.Dispose();
        OomLog?.Dispose();
    }

    internal static ContainerState Describe(StoredState stored, int pid, string status) => new()
    {
        OciVersion = OciVersion,
        Id = stored.Id,
        Status = status,
        Pid = pid,
        Bundle = stored.Bundle,
        Annotations = stored.Annotations,
    };

    /// <summary>Reads the record again, with the lock held.</summary>
    private void Refresh()
    {
        _stored = _directory.Read();
        _cgroup = null;
    }
}
