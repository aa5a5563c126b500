using Cofferdam.Containers.Checkpoint;
using Cofferdam.Containers.State;

namespace Cofferdam.Containers;

/// <content>Saving a container with its processes, and bringing it back: with CRIU.</content>
public sealed partial class Container
{
    /// <summary>
    /// Saves the container and all its processes (criu(8)). It has stopped then, and only needs to be deleted, unless
    /// <see cref="CheckpointOptions.LeaveRunning"/> or <see cref="CheckpointOptions.PreDump"/> is set. If this fails, it runs on.
    /// </summary>
    /// <param name="options">Where to, and how.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: it is neither running nor paused, or CRIU refuses, is too old, or lacks a
    /// feature; <see cref="ErrorKind.NotFound"/>: there is no criu program; <see cref="ErrorKind.Unimplemented"/>: the
    /// configuration has what CRIU cannot restore; <see cref="ErrorKind.PermissionDenied"/>: the caller is not root.
    /// </exception>
    public void Checkpoint(CheckpointOptions options)
    {
        using StateLock held = _directory.Lock();
        Refresh();
        ContainerStatus status = Status;
        if (status is not (ContainerStatus.Running or ContainerStatus.Paused)) throw Refused($"container '{Id}' cannot be checkpointed while it is {status.ToText()}");
        new ContainerCheckpoint(_stored, Spec, Cgroup, options).Run();
    }

    /// <summary>
    /// Makes a container from a checkpoint: its processes go on where they were. If that fails, nothing is left behind.
    /// </summary>
    /// <param name="root">The state root; made if it does not exist.</param>
    /// <param name="id">A name that no other container under the root has.</param>
    /// <param name="options">
    /// The bundle, which must be like the one that the saved container was made from, and how to meet the container. Its
    /// mounts, namespaces by path, cgroup, limits and hooks are the configuration's, not the checkpoint's.
    /// </param>
    /// <param name="restore">Where from, and how.</param>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.AlreadyExists"/>: the id is taken; <see cref="ErrorKind.NotFound"/>: there is no checkpoint, or no
    /// criu program; else as <see cref="Checkpoint"/> and <see cref="Create"/>.
    /// </exception>
    public static Container Restore(string root, ContainerId id, CreateOptions options, RestoreOptions restore) =>
        new ContainerRestore(root, id, options, restore).Run();
}
