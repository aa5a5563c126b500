using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>A cgroup of one test on this machine, and the processes it started; all gone at the end.</summary>
internal sealed class ScratchCgroup : IDisposable
{
    private readonly List<ChildProcess> _children = [];
    private readonly string _parent = $"/cofferdam-test-{Guid.NewGuid():N}";

    public ScratchCgroup()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        if (CgroupHost.Detect().Mode is not (CgroupMode.Legacy or CgroupMode.Hybrid)) Assert.Skip("needs cgroup v1");
        SpecPath = _parent + "/inner";
        Cgroup = CgroupFactory.ForSpec(SpecPath, "c1");
    }

    public string SpecPath { get; }

    public ICgroup Cgroup { get; }

    public string this[string controller, string file] => Files.ReadText(PathOf(controller, file)).Trim();

    public string PathOf(string controller, string file) => $"{Cgroup.Paths[controller]}/{file}";

    public ScratchCgroup Create(LinuxResources? resources = null)
    {
        Cgroup.Create(resources);
        Cgroup.Apply(resources);
        return this;
    }

    /// <summary>A shell that is in the cgroup before it runs <paramref name="script"/>, started the way a launch does it.</summary>
    public ChildProcess Run(string script)
    {
        using CgroupEntry entry = Cgroup.OpenEntry();
        string join = string.Concat(Enumerable.Range(3, entry.TaskFiles.Count).Select(fd => $"printf 0 >&{fd}; exec {fd}>&-; "));
        ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = "/bin/bash",
            Arguments = ["bash", "-c", join + script],
            Environment = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
            ExtraFds = entry.TaskFiles,
        });
        _children.Add(child);
        return child;
    }

    /// <summary>As <see cref="Run"/>; returns when the script has printed a line.</summary>
    public ChildProcess RunUntilReady(string script)
    {
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        using (read)
        using (write)
        {
            Files.TryWrite(PathOf("freezer", "freezer.state"), "THAWED", out _);
            using CgroupEntry entry = Cgroup.OpenEntry();
            string join = string.Concat(Enumerable.Range(3, entry.TaskFiles.Count).Select(fd => $"printf 0 >&{fd}; exec {fd}>&-; "));
            ChildProcess child = ChildProcess.Start(new ChildStart
            {
                Path = "/bin/bash",
                Arguments = ["bash", "-c", join + script],
                Environment = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
                StandardOutput = write,
                ExtraFds = entry.TaskFiles,
            });
            _children.Add(child);
            Assert.True(Poll.UntilReadable(read, TimeSpan.FromSeconds(20)), "the script says nothing");
            Assert.True(Files.Read(read, new byte[64]) > 0);
            return child;
        }
    }

    public void Dispose()
    {
        if (Cgroup.Exists()) Cgroup.KillAll(9);
        foreach (ChildProcess child in _children)
        {
            child.Wait(TimeSpan.FromSeconds(10));
            child.Dispose();
        }

        Cgroup.Remove();
        foreach (string path in Cgroup.Paths.Values.Distinct()) Files.TryRmdir(Path.GetDirectoryName(path)!, out _);
    }
}
