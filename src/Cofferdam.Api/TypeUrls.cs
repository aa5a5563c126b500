namespace Cofferdam.Api;

/// <summary>What containerd writes into the type_url of an Any: the full name of the message, without a host before it.</summary>
public static class TypeUrls
{
    public const string TaskCreate = "containerd.events.TaskCreate";
    public const string TaskStart = "containerd.events.TaskStart";
    public const string TaskExit = "containerd.events.TaskExit";
    public const string TaskDelete = "containerd.events.TaskDelete";
    public const string TaskOOM = "containerd.events.TaskOOM";
    public const string TaskExecAdded = "containerd.events.TaskExecAdded";
    public const string TaskExecStarted = "containerd.events.TaskExecStarted";
    public const string TaskPaused = "containerd.events.TaskPaused";
    public const string TaskResumed = "containerd.events.TaskResumed";
    public const string TaskCheckpointed = "containerd.events.TaskCheckpointed";

    public const string RuncOptions = "containerd.runc.v1.Options";
    public const string RuncCheckpointOptions = "containerd.runc.v1.CheckpointOptions";
    public const string RuncProcessDetails = "containerd.runc.v1.ProcessDetails";
    public const string LegacyRuncOptions = "containerd.linux.runc.CreateOptions";
    public const string RuntimeOptions = "runtimeoptions.v1.Options";
    public const string RuntimeInfo = "containerd.types.RuntimeInfo";

    public const string CgroupV1Metrics = "io.containerd.cgroups.v1.Metrics";
    public const string CgroupV2Metrics = "io.containerd.cgroups.v2.Metrics";

    /// <summary>JSON, not protobuf: containerd registers the types of the OCI runtime specification by these names.</summary>
    public const string OciSpec = "types.containerd.io/opencontainers/runtime-spec/1/Spec";

    /// <summary>JSON: the process of an exec.</summary>
    public const string OciProcess = "types.containerd.io/opencontainers/runtime-spec/1/Process";

    /// <summary>JSON: the resources of an update.</summary>
    public const string OciLinuxResources = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";
}
