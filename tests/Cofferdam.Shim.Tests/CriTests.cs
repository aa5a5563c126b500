using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>Pods as the kubelet makes them, by containerd's CRI plugin.</summary>
public sealed class CriTests : ShimTest, IClassFixture<CriContainerd>
{
    private const string Space = "k8s.io";
    private const int Exited = 2;

    private ProtobufMessage _pod;
    private readonly List<string> _made = [];
    private CriConnection _cri;
    private string _sandbox = "";

    public CriTests(CriContainerd daemon) : base(() => daemon.Daemon)
    {
        Assert.SkipWhen(Surroundings.IsSystemd, "the plugin is configured for cgroupfs");
        _cri = new CriConnection(Daemon.Socket);
        _pod = Pod();
    }

    [Fact]
    public void A_pod_has_one_shim_that_tells_what_becomes_of_its_containers()
    {
        RunPod();
        string sleeps = Start("sleeps", "echo out; echo err >&2; exec sleep 1000"), ends = Start("ends", "exit 3"), eats = Start("eats", "exec dd if=/dev/zero of=/dev/null bs=200M count=1");
        Assert.Single(ShimProcesses.Of(Space));
        ProtobufFields exec = _cri.Call("ExecSync", new ProtobufMessage().Text(1, sleeps).Text(2, "/bin/sh").Text(2, "-c").Text(2, "echo inside; exit 7").Number(3, 10));
        Assert.Equal(("inside\n", 7u), (exec.Text(1), exec.Number(3)));
        Assert.Equal((3u, "Error"), AwaitExit(ends));
        Assert.Equal((137u, "OOMKilled"), AwaitExit(eats));
        Assert.NotEqual(0u, _cri.Call("ContainerStats", new ProtobufMessage().Text(1, sleeps)).Message(1).Message(3).Message(2).Number(1));
        AwaitLog("sleeps", "stdout F out", "stderr F err");
        _cri.Call("StopContainer", new ProtobufMessage().Text(1, sleeps));
        Assert.Equal(137u, AwaitExit(sleeps).Code);
        Remove();
        Eventually.True(() => ShimProcesses.Of(Space).Count == 0, "the shim is gone");
    }

    /// <summary>runc's shim: 255 with containerd 2, and no output with any.</summary>
    [Fact]
    public void What_ended_while_containerd_was_away_is_known_to_the_plugin()
    {
        RunPod();
        string container = Start("c", "until test -e /shared/go; do usleep 10000; done; echo while away; exit 5");
        Daemon.Kill();
        File.WriteAllText(Path.Combine(Folder, "go"), "");
        Eventually.True(() => Processes.WithEnvironment($"COFFER_TEST={Tag}").Count == 0, "the container has ended");
        Daemon.Start();
        _cri.Dispose();
        _cri = new CriConnection(Daemon.Socket);
        Assert.Equal((5u, "Error"), AwaitExit(container));
        // 1.6 closes its end of the streams before it has read them, or after that.
        if (ContainerdPrograms.Version.Major >= 2)
            AwaitLog("c", "stdout F while away");
        Remove();
    }

    [Fact]
    public void A_pod_can_have_users_of_its_own()
    {
        Assert.SkipWhen(ContainerdPrograms.Version.Major < 2, "needs containerd 2");
        const ulong first = 200000, count = 65536;
        ProtobufMessage mapping = new ProtobufMessage().Number(1, first).Number(3, count);
        ProtobufMessage users = new ProtobufMessage().Message(5, new ProtobufMessage().Message(2, mapping).Message(3, mapping));
        _pod = Pod(users);
        RunPod("in-place");
        string container = Start("c", "cat /proc/self/uid_map; stat -c 'owner %u' /bin/busybox", security: new ProtobufMessage().Message(3, users));
        Assert.Equal(0u, AwaitExit(container).Code);
        AwaitLog("c", "0     200000      65536", "owner 0");
        Remove();
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (_cri is not null)
                Remove();
        }
        finally
        {
            _cri?.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <param name="namespaces">NamespaceOption.</param>
    private ProtobufMessage Pod(ProtobufMessage? namespaces = null) => new ProtobufMessage()
        .Message(1, new ProtobufMessage().Text(1, Tag).Text(2, Tag).Text(3, "default"))
        .Text(3, Folder)
        .Message(8, new ProtobufMessage().Text(1, "/" + Tag).Message(2, new ProtobufMessage().Message(1, namespaces ?? new ProtobufMessage())));

    private void RunPod(string handler = "tested")
    {
        string archive = Path.Combine(Folder, "image.tar");
        OciArchive.Write(archive, Containerd.SandboxImage, Rootfs, "sleep", "1000");
        string[] local = ContainerdPrograms.Version.Major < 2 ? [] : ["--local"];
        Command.Run(Daemon.Ctr(Space, ["images", "import", .. local, archive]), Options()).Ok();
        _sandbox = _cri.Call("RunPodSandbox", new ProtobufMessage().Message(1, _pod).Text(2, handler)).Text(1);
    }

    /// <param name="name">Its name.</param>
    /// <param name="script">What its shell does.</param>
    /// <param name="security">LinuxContainerSecurityContext.</param>
    private string Start(string name, string script, ProtobufMessage? security = null)
    {
        const ulong limit = 64 << 20;
        ProtobufMessage container = new ProtobufMessage()
            .Message(1, new ProtobufMessage().Text(1, name))
            .Message(2, new ProtobufMessage().Text(1, Containerd.SandboxImage))
            .Text(3, "/bin/sh").Text(3, "-c").Text(3, script)
            .Message(6, new ProtobufMessage().Text(1, "COFFER_TEST").Text(2, Tag))
            .Message(7, new ProtobufMessage().Text(1, "/shared").Text(2, Folder))
            .Text(11, name + ".log")
            .Message(15, new ProtobufMessage().Message(1, new ProtobufMessage().Number(4, limit)).Message(2, security ?? new ProtobufMessage()));
        string id = _cri.Call("CreateContainer", new ProtobufMessage().Text(1, _sandbox).Message(2, container).Message(3, _pod)).Text(1);
        _made.Add(id);
        _cri.Call("StartContainer", new ProtobufMessage().Text(1, id));
        return id;
    }

    private (ulong Code, string Reason) AwaitExit(string container)
    {
        ProtobufFields status = Status();
        Eventually.True(() => (status = Status()).Number(3) == Exited, "the container has ended for the plugin");
        return (status.Number(7), status.Text(10));

        ProtobufFields Status() => _cri.Call("ContainerStatus", new ProtobufMessage().Text(1, container)).Message(1);
    }

    private void AwaitLog(string name, params string[] lines) =>
        Eventually.True(() => lines.All(l => File.ReadAllText(Path.Combine(Folder, name + ".log")).Contains(l, StringComparison.Ordinal)), $"the log of {name} is complete");

    private void Remove()
    {
        foreach (string container in _made)
        {
            _cri.Call("StopContainer", new ProtobufMessage().Text(1, container));
            _cri.Call("RemoveContainer", new ProtobufMessage().Text(1, container));
        }
        _made.Clear();
        if (_sandbox.Length == 0)
            return;
        _cri.Call("StopPodSandbox", new ProtobufMessage().Text(1, _sandbox));
        _cri.Call("RemovePodSandbox", new ProtobufMessage().Text(1, _sandbox));
        _sandbox = "";
    }
}
