using Cofferdam.Cgroups.V2;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>
/// A v2 cgroup of one test, and the processes it started; all gone at the end. Also on a hybrid host, whose v2 hierarchy
/// can do everything that needs no controller.
/// </summary>
internal sealed class ScratchV2Cgroup : IDisposable
{
    private readonly List<ChildProcess> _children = [];

    /// <param name="controllers">Without these the test is skipped.</param>
    public ScratchV2Cgroup(params string[] controllers)
    {
        CgroupHierarchy? unified = CgroupHost.Detect().Hierarchies.FirstOrDefault(h => h.IsUnified);
        if (unified is null) Assert.Skip("needs cgroup v2");
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        Root = unified.MountPoint;
        ControllerList present = ControllerList.Parse(File.ReadAllText(Root + "/cgroup.controllers"));
        foreach (string controller in controllers)
        {
            if (!present.Has(controller)) Assert.Skip($"needs controller '{controller}' in cgroup v2");
        }

        Parent = $"{Root}/cofferdam-test-{Guid.NewGuid():N}";
        Path = Parent + "/inner";
        Cgroup = new CgroupV2(Root, Path);
    }

    public string Root { get; }

    public string Parent { get; }

    public string Path { get; }

    public CgroupV2 Cgroup { get; }

    public string this[string file] => File.ReadAllText($"{Path}/{file}").Trim();

    public ScratchV2Cgroup Create(LinuxResources? resources = null)
    {
        Cgroup.Create(resources);
        Cgroup.Apply(resources);
        return this;
    }

    /// <summary>A shell that has entered the cgroup, or <paramref name="directory"/>, when it runs <paramref name="script"/>.</summary>
    public ChildProcess Run(string script, string? directory = null) => Start(script, directory, null);

    /// <summary>As <see cref="Run"/>; returns when the script has printed a line.</summary>
    public ChildProcess RunUntilReady(string script = "echo ready; exec sleep 1000", string? directory = null)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        using (write)
        {
            ChildProcess child = Start(script, directory, write);
            Assert.True(Poll.UntilReadable(read, TimeSpan.FromSeconds(60)), "the script says nothing");
            Assert.True(Files.Read(read, new byte[64]) > 0);
            return child;
        }
    }

    public void Dispose()
    {
        if (Cgroup.Exists()) Cgroup.KillAll(9);
        foreach (ChildProcess child in _children)
        {
            child.Wait(TimeSpan.FromSeconds(20));
            child.Dispose();
        }

        Cgroup.Remove();
        new CgroupV2(Root, Parent).Remove();
    }

    private ChildProcess Start(string script, string? directory, OwnedFd? output)
    {
        ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = "/bin/bash",
            Arguments = ["bash", "-c", $"echo $$ > '{directory ?? Path}/cgroup.procs' || exit 99; {script}"],
            Environment = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
            StandardOutput = output,
        });
        _children.Add(child);
        return child;
    }
}
