namespace Cofferdam.Containers.Sync;

/// <summary>The places where init waits because the parent must act.</summary>
public enum SyncPoint
{
    /// <summary>In a new user namespace: the parent writes uid_map, gid_map and setgroups.</summary>
    UserNamespace = 1,

    /// <summary>Namespaces exist: the parent moves network devices into the network namespace.</summary>
    Network,

    /// <summary>Mounts are made, the root is not entered: the parent runs prestart and createRuntime hooks.</summary>
    RuntimeHooks,

    /// <summary>Init enters its cgroup: the parent answers with the tasks files that it writes itself into.</summary>
    Cgroup,

    /// <summary>
    /// A bind mount's source: the parent maps the ids of the tree that comes with the message, or clones one that only it can
    /// reach and sends that with Go.
    /// </summary>
    SourceTree,
}
