using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>Making, entering, listing and removing, on the hierarchies of this machine.</summary>
public sealed class CgroupV1LifeTests
{
    [Fact]
    public void A_cgroup_is_made_in_every_hierarchy_and_removed_again()
    {
        using ScratchCgroup scratch = new();
        Assert.False(scratch.Cgroup.Exists());
        scratch.Create();
        foreach (CgroupHierarchy hierarchy in CgroupHost.Detect().Hierarchies)
            Assert.All(hierarchy.Controllers, controller => Assert.StartsWith(hierarchy.MountPoint, scratch.Cgroup.Paths[controller]));
        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.True(Directory.Exists(path), path));
        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.EndsWith(scratch.SpecPath, path));
        Assert.True(scratch.Cgroup.Exists());
        scratch.Cgroup.Remove();
        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.False(Directory.Exists(path), path));
        scratch.Cgroup.Remove();
    }

    [Fact]
    public void A_process_enters_all_v1_hierarchies_by_itself()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("echo ready; exec sleep 100");
        foreach (ProcCgroup line in ProcCgroup.Parse(Files.ReadText($"/proc/{child.Id}/cgroup")))
        {
            if (!line.IsUnified) Assert.Equal(scratch.SpecPath, line.Path);
        }

        Assert.Equal([child.Id], scratch.Cgroup.ReadProcesses());
    }

    [Fact]
    public void A_process_is_moved_into_all_hierarchies_also_the_unified_one()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        using ChildProcess child = ChildProcess.Start(new ChildStart { Path = "/bin/sleep", Arguments = ["sleep", "100"] });
        scratch.Cgroup.Attach(child.Id);
        Assert.All(ProcCgroup.Parse(Files.ReadText($"/proc/{child.Id}/cgroup")), line => Assert.Equal(scratch.SpecPath, line.Path));
        scratch.Cgroup.KillAll(9);
        child.Wait();
    }

    [Fact]
    public void A_process_enters_the_v1_hierarchies_by_itself()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        using CgroupEntry entry = scratch.Cgroup.OpenEntry();
        Assert.Null(entry.CloneInto);
        Assert.Equal(scratch.Cgroup.Paths.Where(p => p.Key.Length > 0).Select(p => p.Value).Distinct().Count(), entry.TaskFiles.Count);
    }

    [Fact]
    public void Entering_oneself_is_much_faster_than_being_moved()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        // Only the tasks file spares an idle host the grace period; the bound is far from both (0.1 ms and 7 ms a hierarchy).
        using CgroupEntry entry = scratch.Cgroup.OpenEntry();
        Assert.All(entry.TaskFiles, file => Assert.EndsWith("/tasks", Files.ReadLink(file.ProcPath)));
    }

    [Fact]
    public void A_relative_path_and_no_path_lie_below_the_own_cgroup()
    {
        CgroupHost host = CgroupHost.Detect();
        // A v2 cgroup that holds this process can have no limited ones below it, so there they lie beside it.
        Assert.SkipWhen(host.Mode == CgroupMode.Unified, "needs cgroup v1");
        ICgroup named = CgroupFactory.ForSpec("a/../x/y", "c1");
        ICgroup unnamed = CgroupFactory.ForSpec(null, "c1");
        foreach (CgroupHierarchy hierarchy in host.Hierarchies)
        {
            string own = hierarchy.MountPoint.TrimEnd('/') + (hierarchy.OwnPath == "/" ? "" : hierarchy.OwnPath);
            Assert.Equal(own + "/x/y", named.Paths[hierarchy.Controllers[0]]);
            Assert.Equal(own + "/c1", unnamed.Paths[hierarchy.Controllers[0]]);
        }
    }

    [Fact]
    public void A_cgroup_with_processes_is_not_taken_for_another_container()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        scratch.RunUntilReady("echo ready; exec sleep 100");
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => CgroupFactory.ForSpec(scratch.SpecPath, "c2").Create());
        Assert.Contains("is not empty: 1 processes", refusal.Message);
        Assert.True(scratch.Cgroup.Exists());
    }

    [Fact]
    public void An_empty_cgroup_of_that_name_is_used_unless_frozen()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ICgroup second = CgroupFactory.ForSpec(scratch.SpecPath, "c2");
        second.Create();
        scratch.Cgroup.Freeze();
        Assert.Contains("frozen", Assert.Throws<CofferdamException>(() => second.Create()).Message);
        scratch.Cgroup.Thaw();
    }

    [Fact]
    public void What_was_made_goes_away_when_a_later_step_is_refused()
    {
        using ScratchCgroup scratch = new();
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Create(new LinuxResources { Cpu = new CpuResources { Cpus = "4000" } }));
        Assert.StartsWith("linux.resources.cpu.cpus: writing '4000' to ", refusal.Message);
        Assert.All(scratch.Cgroup.Paths.Values, path => Assert.False(Directory.Exists(Path.GetDirectoryName(path)), path));
    }

    [Fact]
    public void Processes_of_nested_cgroups_are_listed_and_all_of_it_is_removed()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        string nested = scratch.PathOf("freezer", "a b/c");
        Directory.CreateDirectory(nested);
        Directory.CreateDirectory(scratch.PathOf("pids", "other"));
        ChildProcess outer = scratch.RunUntilReady("echo ready; exec sleep 100");
        ChildProcess inner = scratch.RunUntilReady($"echo $$ > '{nested}/cgroup.procs'; echo ready; exec sleep 100");
        Assert.Equal(new[] { outer.Id, inner.Id }.Order(), scratch.Cgroup.ReadProcesses());
        Assert.Equal([outer.Id], scratch.Cgroup.ReadProcesses(recursive: false));
        scratch.Cgroup.KillAll(9);
        scratch.Cgroup.Remove();
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public async Task Removal_waits_for_processes_on_their_way_out()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("echo ready; exec sleep 100");
        Task removal = Task.Run(scratch.Cgroup.Remove, TestContext.Current.CancellationToken);
        Assert.False(removal.IsCompleted);
        Processes.SendSignal(child.Pidfd, 9);
        await removal.WaitAsync(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void Exec_enters_an_existing_sub_cgroup_only()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        Directory.CreateDirectory(scratch.PathOf("pids", "sub"));
        using (CgroupEntry entry = scratch.Cgroup.OpenEntry(["pids:sub"]))
        {
            Assert.Contains(entry.TaskFiles, file => Files.ReadLink(file.ProcPath) == scratch.PathOf("pids", "sub/tasks"));
            Assert.Contains(entry.TaskFiles, file => Files.ReadLink(file.ProcPath) == scratch.PathOf("cpu", "tasks"));
        }

        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.OpenEntry(["absent"]));
        Assert.Contains("/absent': ENOENT", refusal.Message);
    }

    [Fact]
    public void A_loaded_cgroup_is_the_same()
    {
        using ScratchCgroup scratch = new();
        scratch.Create();
        ICgroup loaded = CgroupFactory.Load(scratch.Cgroup.Paths);
        Assert.Equal(scratch.Cgroup.Paths, loaded.Paths);
        Assert.True(loaded.Exists());
        Assert.Empty(loaded.ReadProcesses());
    }
}
