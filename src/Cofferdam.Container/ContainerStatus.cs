namespace Cofferdam.Containers;

/// <summary>Where a container is in its life (runtime-spec, runtime.md "State"; paused is runc's addition).</summary>
public enum ContainerStatus
{
    /// <summary>The state directory exists, init has not yet reached the point where it waits for start.</summary>
    Creating,

    /// <summary>Init has done everything but exec, and waits at <c>exec.fifo</c>.</summary>
    Created,

    /// <summary>The container's program runs.</summary>
    Running,

    /// <summary>The container's cgroup is frozen.</summary>
    Paused,

    /// <summary>Init has exited. Only delete makes sense now.</summary>
    Stopped,
}
