namespace Cofferdam.Containers;

/// <summary>
/// Messages that programs above a runtime search for. Their wording is runc's (checked against 1.1.5), not ours to
/// change: each member names who looks for it.
/// </summary>
internal static class CallerVisibleText
{
    /// <summary>
    /// containerd's shim maps text with "does not exist" to NotFound when it kills (checkKillError), and ignores it when it
    /// deletes; podman looks for the same words when it asks for the state.
    /// </summary>
    public const string NotExist = "container does not exist";

    /// <summary>
    /// containerd's shim maps "container not running" (as "os: process already finished" and "no such process") to NotFound
    /// when it kills, without which a task whose init just exited cannot be deleted; podman hides lines with it.
    /// </summary>
    public const string NotRunning = "container not running";

    /// <summary>Go's wording for a signal to a process that has ended; see <see cref="NotRunning"/>.</summary>
    public const string ProcessFinished = "os: process already finished";

    /// <summary>Operators' scripts and clients that retry with a new id look for this one after create.</summary>
    public const string Exists = "container with given ID already exists";

    /// <summary>runc's answer to every malformed id.</summary>
    public const string InvalidId = "invalid container ID format";

    /// <summary>Answer of resume to a container that is not frozen.</summary>
    public const string NotPaused = "container not paused";

    /// <summary>runc's answers of start by state.</summary>
    public const string StartStopped = "cannot start a container that has stopped";

    /// <inheritdoc cref="StartStopped"/>
    public const string StartRunning = "cannot start an already running container";

    /// <inheritdoc cref="StartStopped"/>
    public const string StartPaused = "cannot start a container in the paused state";

    /// <summary>runc's answers of exec by state; the shim and docker show them to users.</summary>
    public const string ExecStopped = "cannot exec in a stopped container";

    /// <inheritdoc cref="ExecStopped"/>
    public const string ExecPaused = "cannot exec in a paused container (use --ignore-paused to override)";

    /// <summary>runc's answer of delete to a container that lives; people search for it, and it names the status.</summary>
    public static string DeleteNotStopped(ContainerId id, ContainerStatus status) =>
        $"cannot delete container {id} that is not stopped: {status.ToText()}";
}
