using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups;

/// <summary>
/// The cgroup of one container, in every hierarchy of the host. Made by <c>CgroupFactory</c>; holds no open files,
/// so it may be kept for as long as the container lives.
/// </summary>
/// <remarks>
/// A new container: <see cref="Create"/>, then <see cref="OpenEntry"/> (or <see cref="Attach"/>), then <see cref="Apply"/>,
/// then the container's program. A live one: <see cref="Update"/>. Errors name the JSON field and the file.
/// </remarks>
public interface ICgroup
{
    /// <summary>
    /// Controller to absolute directory, for state.json: "memory", "cpu", "name=systemd" …; the key of a cgroup v2
    /// hierarchy is the empty string, as in runc's state. Controllers that a rootless caller may not use are left out
    /// after <see cref="Create"/>.
    /// </summary>
    IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>The unit of it, when systemd made it: for state.json, beside <see cref="Paths"/>.</summary>
    SystemdUnit? Unit => null;

    /// <summary>How a process that is being launched comes into the cgroup while <see cref="Create"/> makes it.</summary>
    CgroupEntryKind EntryKind { get; }

    /// <summary>
    /// Checks <paramref name="resources"/>, makes all directories, and writes what must be there before a process may join
    /// (cpuset's cpus and mems, real-time bandwidth). What was made is removed again if anything fails.
    /// </summary>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.FailedPrecondition"/>: the cgroup exists and holds processes, or a controller that a field needs
    /// is not mounted; <see cref="ErrorKind.InvalidArgument"/>: a field has a wrong value.
    /// </exception>
    /// <param name="resources">linux.resources of the container.</param>
    /// <param name="pid">
    /// The process around which the cgroup is made, and which is in it afterwards; used, and needed, only for
    /// <see cref="CgroupEntryKind.AroundProcess"/>.
    /// </param>
    void Create(LinuxResources? resources = null, int pid = 0);

    /// <summary>
    /// Opens what a process needs to enter the cgroup by itself, which is far cheaper than <see cref="Attach"/>.
    /// </summary>
    /// <param name="subCgroups">See <see cref="Attach"/>.</param>
    CgroupEntry OpenEntry(IReadOnlyList<string>? subCgroups = null);

    /// <summary>
    /// Moves the process <paramref name="pid"/> into the cgroup of every hierarchy by cgroup.procs. On an idle host the first
    /// write waits some 10 ms for an RCU grace period.
    /// </summary>
    /// <param name="pid">The process, in the caller's pid namespace.</param>
    /// <param name="subCgroups">
    /// For exec: <c>path</c> below the container's cgroup in all hierarchies, or <c>controller[,controller]:path</c> for
    /// some. Each must exist; hierarchies not named use the container's own cgroup.
    /// </param>
    void Attach(int pid, IReadOnlyList<string>? subCgroups = null);

    /// <summary>
    /// Writes the whole configuration of a new cgroup, including the device rules: those of the configuration followed by
    /// the default ones, over a default of "deny all".
    /// </summary>
    /// <param name="resources">linux.resources, or null when the configuration has none: then only the device rules.</param>
    /// <param name="warnings">Receives a line for each field that is ignored, if given.</param>
    void Apply(LinuxResources? resources, ICollection<string>? warnings = null);

    /// <summary>
    /// Changes the limits of a live cgroup: only what is given. Device rules are changed when
    /// <see cref="LinuxResources.Devices"/> is not empty, without a moment at which an allowed device is refused where the
    /// kernel can express it.
    /// </summary>
    /// <inheritdoc cref="Apply" path="/param"/>
    void Update(LinuxResources resources, ICollection<string>? warnings = null);

    /// <summary>Reads the counters of every controller. Files that this kernel does not have leave their fields zero.</summary>
    CgroupStats ReadStats();

    /// <summary>The processes as pids of the caller's pid namespace, sorted; with those of nested cgroups if asked.</summary>
    IReadOnlyList<int> ReadProcesses(bool recursive = true);

    /// <summary>Stops all processes; returns when the kernel reports them frozen. Thaws again if that does not happen.</summary>
    void Freeze();

    /// <summary>Lets the processes run again.</summary>
    void Thaw();

    /// <summary>Whether the cgroup is frozen; <see cref="FreezerState.Undefined"/> without a freezer.</summary>
    FreezerState ReadFreezerState();

    /// <summary>
    /// Sends <paramref name="signal"/> to every process, nested cgroups included. The tree is frozen meanwhile where
    /// possible, so that no process forks away and no pid is reused; a SIGKILL also thaws what was frozen before.
    /// </summary>
    void KillAll(int signal);

    /// <summary>Whether the cgroup's directory exists.</summary>
    bool Exists();

    /// <summary>
    /// Removes the cgroup and the ones below it from every hierarchy, waiting a bounded time for processes that are on their
    /// way out. What does not exist is no error.
    /// </summary>
    void Remove();

    /// <summary>Is told when the cgroup runs out of memory, and when it is removed (then <see cref="Exists"/> is false).</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: it has no memory controller.</exception>
    CgroupNotification OpenOomNotification();

    /// <summary>Is told when memory pressure reaches <paramref name="level"/>, and when the cgroup is removed.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.FailedPrecondition"/>: the kernel cannot tell.</exception>
    CgroupNotification OpenMemoryPressureNotification(MemoryPressureLevel level);

    /// <summary>The cgroup's own limit of memory in bytes; <see cref="ulong.MaxValue"/> where it has none.</summary>
    ulong ReadMemoryLimit();

    /// <summary>How often the kernel's OOM killer killed a process of the cgroup; 0 without a memory controller.</summary>
    ulong ReadOomKillCount();
}
