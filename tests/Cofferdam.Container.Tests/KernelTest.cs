using System.Text;
using Cofferdam.Cgroups;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

/// <summary>
/// A test with real containers: a state root and a busybox root file system of its own, and afterwards nothing left of
/// either. Needs root and the published coffer-oci, which every container of a JIT-compiled program begins as.
/// </summary>
[Trait("Layer", "Kernel")]
public abstract class KernelTest : IDisposable
{
    private static int s_next;

    private readonly TemporaryDirectory _temporary = new();
    private readonly List<ContainerId> _ids = [];
    private bool _disposed;

    protected KernelTest()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        if (!File.Exists("/bin/busybox")) Assert.Skip("needs /bin/busybox (package busybox-static)");
        string program = Path.Combine(FindRepository(), "out/bin/coffer-oci");
        if (!File.Exists(program)) Assert.Skip($"needs {program} (./build.sh)");
        InitExecutable.Path = program;
        Program = program;
        Root = Path.Combine(_temporary.Location, "state");
        MakeRootfs(Rootfs);
    }

    /// <summary>The published coffer-oci.</summary>
    protected string Program { get; }

    protected string Root { get; }

    protected string Bundle => _temporary.Location;

    protected string Rootfs => Path.Combine(_temporary.Location, "rootfs");

    protected static string Shell => "/bin/sh";

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        foreach (ContainerId id in _ids) Container.Purge(Root, id);
        _temporary.Dispose();
    }

    protected ContainerId NewId()
    {
        ContainerId id = new($"libtest-{Environment.ProcessId}-{Interlocked.Increment(ref s_next)}");
        _ids.Add(id);
        return id;
    }

    protected string InBundle(string name) => Path.Combine(_temporary.Location, name);

    /// <summary>Options for a container that runs a shell script.</summary>
    protected CreateOptions Options(ContainerId id, string script, Func<RuntimeSpec, RuntimeSpec>? edit = null)
    {
        RuntimeSpec spec = Describe(id, script);
        return new CreateOptions { Bundle = Bundle, Spec = edit is null ? spec : edit(spec), Io = s_silent };
    }

    /// <summary>Creates and starts a container that idles until it is killed.</summary>
    protected Container StartIdle(Func<RuntimeSpec, RuntimeSpec>? edit = null)
    {
        ContainerId id = NewId();
        Container container = Container.Create(Root, id, Options(id, "exec sleep 600", edit));
        container.Start();
        return container;
    }

    /// <summary>Runs a container to its end and answers what it wrote.</summary>
    protected (ExitStatus Status, string Output) RunToEnd(string script, Func<RuntimeSpec, RuntimeSpec>? edit = null)
    {
        ContainerId id = NewId();
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            using Container container = Container.Run(Root, id, Options(id, script, edit) with { Io = new StandardIo { Output = write, Error = write } });
            write.Dispose();
            string output = Encoding.UTF8.GetString(Files.ReadAll(read));
            ExitStatus status = container.Init.Wait();
            container.Delete();
            return (status, output);
        }
    }

    protected static string Exec(Container container, string script, out ExitStatus status)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        {
            using ContainerProcess process = container.Exec(new ExecOptions
            {
                Process = ShellProcess(script),
                Io = new StandardIo { Output = write, Error = write },
            });
            write.Dispose();
            string output = Encoding.UTF8.GetString(Files.ReadAll(read));
            status = process.Wait();
            return output;
        }
    }

    protected static Process ShellProcess(string script) => new()
    {
        Args = [Shell, "-c", script],
        Env = ["PATH=/bin"],
        Cwd = "/",
    };

    /// <summary>No state, no cgroup: nothing is left of this container.</summary>
    protected void AssertGone(ContainerId id)
    {
        Assert.False(Directory.Exists(Path.Combine(Root, id.Value)), "its state directory is left");
        Assert.False(CgroupFactory.ForSpec(CgroupsPath(id), id.Value).Exists(), "its cgroup is left");
    }

    protected static string CgroupsPath(ContainerId id) => $"/coffer-{id}";

    private static readonly OwnedFd s_null = Files.Open("/dev/null", OpenFlags.ReadWrite);

    private static readonly StandardIo s_silent = new() { Input = s_null, Output = s_null, Error = s_null };

    private static RuntimeSpec Describe(ContainerId id, string script) => new()
    {
        OciVersion = "1.3.0",
        Hostname = "libtest",
        Root = new Root { Path = "rootfs" },
        Process = ShellProcess(script),
        Mounts =
        [
            new Mount { Destination = "/proc", Type = "proc", Source = "proc" },
            new Mount { Destination = "/dev", Type = "tmpfs", Source = "tmpfs" },
            new Mount { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["newinstance", "ptmxmode=0666"] },
            new Mount { Destination = "/tmp", Type = "tmpfs", Source = "tmpfs" },
        ],
        Linux = new LinuxConfig
        {
            CgroupsPath = CgroupsPath(id),
            Namespaces =
            [
                new LinuxNamespace { Type = NamespaceType.Pid },
                new LinuxNamespace { Type = NamespaceType.Mount },
                new LinuxNamespace { Type = NamespaceType.Ipc },
                new LinuxNamespace { Type = NamespaceType.Uts },
                new LinuxNamespace { Type = NamespaceType.Network },
            ],
        },
    };

    private static void MakeRootfs(string rootfs)
    {
        foreach (string name in (string[])["bin", "proc", "dev", "tmp", "sys", "run"]) Directory.CreateDirectory(Path.Combine(rootfs, name));
        File.Copy("/bin/busybox", Path.Combine(rootfs, "bin/busybox"));
        foreach (string name in (string[])["sh", "sleep", "echo", "cat", "hostname", "id", "true", "false", "dd", "head", "tail", "ls"])
            File.CreateSymbolicLink(Path.Combine(rootfs, "bin", name), "busybox");
    }

    private static string FindRepository()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Cofferdam.slnx"))) directory = Path.GetDirectoryName(directory);
        return directory ?? "/";
    }
}
