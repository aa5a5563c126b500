using Cofferdam.Cgroups;
using Cofferdam.Containers;

namespace Cofferdam.Shim.Runtimes;

/// <summary>What runs one container: the library in this process, or another runtime as a program. Calls wait; from any thread.</summary>
internal interface IRuntime : IDisposable
{
    /// <summary>Whether the end of init ends all other processes by itself.</summary>
    bool InitEndsAll { get; }

    /// <summary>Makes the container, up to its program.</summary>
    LiveProcess Create(StandardIo io, bool terminal);

    /// <summary>Makes the container from a checkpoint; it runs then.</summary>
    LiveProcess Restore(string checkpoint, StandardIo io, bool terminal);

    /// <summary>Executes the program of a created container.</summary>
    void Start();

    /// <summary>Starts another process.</summary>
    /// <param name="execId">Its name.</param>
    /// <param name="process">The <c>process</c> object of runtime-spec, as JSON.</param>
    /// <param name="io">Its streams.</param>
    /// <param name="terminal">Whether it has a terminal, whatever the object says.</param>
    LiveProcess Exec(string execId, ReadOnlySpan<byte> process, StandardIo io, bool terminal);

    /// <summary>Sends a signal to init or, if <paramref name="all"/>, to every process.</summary>
    void Kill(int signal, bool all);

    void Pause();

    void Resume();

    /// <summary>Changes limits.</summary>
    /// <param name="resources">linux.resources, as JSON.</param>
    void Update(ReadOnlySpan<byte> resources);

    void Checkpoint(string path, Api.Runc.V1.CheckpointOptions options);

    /// <summary>The pids of all processes.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Whether its cgroup is one of v2.</summary>
    bool IsUnified { get; }

    CgroupStats Stats();

    /// <summary>How many processes were killed for want of memory.</summary>
    ulong OomKills();

    /// <summary>Tells of a lack of memory; null where nothing can.</summary>
    CgroupNotification? WatchOom();

    /// <summary>Takes the container away, whatever its status.</summary>
    void Delete();
}
