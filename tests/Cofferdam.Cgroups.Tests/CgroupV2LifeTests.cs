using Cofferdam.Cgroups.V2;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>Making, entering, listing, freezing, killing and removing, on the v2 hierarchy of this machine.</summary>
[Trait("Layer", "Kernel")]
public sealed class CgroupV2LifeTests
{
    private const int SIGKILL = 9;
    private const int SIGUSR1 = 10;

    [Fact]
    public void A_cgroup_is_made_with_those_above_it_and_removed_again()
    {
        using ScratchV2Cgroup scratch = new();
        Assert.False(scratch.Cgroup.Exists());
        scratch.Create();
        Assert.True(Directory.Exists(scratch.Path));
        Assert.Equal("domain", scratch["cgroup.type"]);
        Assert.Equal([KeyValuePair.Create("", scratch.Path)], scratch.Cgroup.Paths);
        scratch.Cgroup.Remove();
        Assert.False(scratch.Cgroup.Exists());
        scratch.Cgroup.Remove();
    }

    [Fact]
    public void A_cgroup_has_all_controllers_of_the_host()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        Assert.Equal(Sorted(File.ReadAllText(scratch.Root + "/cgroup.controllers")), Sorted(scratch["cgroup.controllers"]));

        static IEnumerable<string> Sorted(string list) => list.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order();
    }

    [Fact]
    public void The_entry_is_the_directory_itself()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        using CgroupEntry entry = scratch.Cgroup.OpenEntry();
        Assert.Empty(entry.TaskFiles);
        Assert.Equal(scratch.Path, Files.ReadLink(entry.CloneInto!.ProcPath));
        Assert.Equal(CgroupEntryKind.CloneInto, scratch.Cgroup.EntryKind);
    }

    [Fact]
    public void Exec_enters_an_existing_sub_cgroup_only()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        Directory.CreateDirectory(scratch.Path + "/sub");
        using (CgroupEntry entry = scratch.Cgroup.OpenEntry(["sub"])) Assert.Equal(scratch.Path + "/sub", Files.ReadLink(entry.CloneInto!.ProcPath));
        Assert.Contains("/absent': ENOENT", Assert.Throws<CofferdamException>(() => scratch.Cgroup.OpenEntry(["absent"])).Message);
        Assert.Contains("has no controller 'memory'", Assert.Throws<CofferdamException>(() => scratch.Cgroup.OpenEntry(["memory:sub"])).Message);
        Assert.Contains("'..' is not allowed", Assert.Throws<CofferdamException>(() => scratch.Cgroup.OpenEntry(["../x"])).Message);
    }

    [Fact]
    public void A_process_is_moved_in_and_listed_with_those_of_nested_cgroups()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        string nested = scratch.Path + "/a b/c";
        Directory.CreateDirectory(nested);
        using ChildProcess outer = ChildProcess.Start(new ChildStart { Path = "/bin/sleep", Arguments = ["sleep", "1000"] });
        scratch.Cgroup.Attach(outer.Id);
        ChildProcess inner = scratch.RunUntilReady(directory: nested);
        Assert.Equal(new[] { outer.Id, inner.Id }.Order(), scratch.Cgroup.ReadProcesses());
        Assert.Equal([outer.Id], scratch.Cgroup.ReadProcesses(recursive: false));
        scratch.Cgroup.KillAll(SIGKILL);
        outer.Wait();
    }

    [Fact]
    public void A_cgroup_with_processes_is_not_taken_for_another_container()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        scratch.RunUntilReady();
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => new CgroupV2(scratch.Root, scratch.Path).Create());
        Assert.Contains("is not empty: 1 processes", refusal.Message);
        Assert.True(scratch.Cgroup.Exists());
    }

    [Fact]
    public void An_empty_cgroup_of_that_name_is_used_unless_frozen()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        CgroupV2 second = new(scratch.Root, scratch.Path);
        second.Create();
        scratch.Cgroup.Freeze();
        Assert.Contains("frozen", Assert.Throws<CofferdamException>(() => second.Create()).Message);
        scratch.Cgroup.Thaw();
    }

    [Fact]
    public void What_was_made_goes_away_when_a_controller_is_missing()
    {
        using ScratchV2Cgroup scratch = new();
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Create(new LinuxResources { Unified = new Dictionary<string, string> { ["nosuch.max"] = "1" } }));
        Assert.Equal(
            $"linux.resources.unified['nosuch.max']: cgroup controller 'nosuch' is not available in '{scratch.Path}': '{scratch.Root}' does not have it (hint: it may be unknown to the kernel, disabled at boot, mounted as cgroup v1, or not delegated to here)",
            refusal.Message);
        Assert.False(Directory.Exists(scratch.Parent));
    }

    [Fact]
    public void Freezing_and_thawing_are_seen_in_the_state()
    {
        using ScratchV2Cgroup scratch = new();
        Assert.Equal(FreezerState.Undefined, scratch.Cgroup.ReadFreezerState());
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady();
        Assert.Equal(FreezerState.Thawed, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Freeze();
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Freeze();
        scratch.Cgroup.Thaw();
        Assert.Equal(FreezerState.Thawed, scratch.Cgroup.ReadFreezerState());
        Assert.Null(child.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_tree_that_forks_all_the_time_is_frozen_and_killed()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        scratch.RunUntilReady("f() { while :; do /bin/true & wait $!; done; }; f & f & f & f & echo ready; wait");
        scratch.Cgroup.Freeze();
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        scratch.Cgroup.Thaw();
        scratch.Cgroup.KillAll(SIGKILL);
        scratch.Cgroup.Remove();
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void A_paused_container_dies_of_a_kill()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        Directory.CreateDirectory(scratch.Path + "/nested");
        ChildProcess child = scratch.RunUntilReady(directory: scratch.Path + "/nested");
        scratch.Cgroup.Freeze();
        scratch.Cgroup.KillAll(SIGKILL);
        Assert.Equal(SIGKILL, child.Wait(TimeSpan.FromSeconds(20))?.Signal);
    }

    [Fact]
    public void Another_signal_leaves_a_paused_container_paused_and_reaches_it_later()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("exec 2>/dev/null; trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done");
        scratch.Cgroup.Freeze();
        scratch.Cgroup.KillAll(SIGUSR1);
        Assert.Equal(FreezerState.Frozen, scratch.Cgroup.ReadFreezerState());
        Assert.Null(child.Wait(TimeSpan.Zero));
        scratch.Cgroup.Thaw();
        Assert.NotNull(child.Wait(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Removal_waits_for_processes_on_their_way_out_of_nested_cgroups()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        Directory.CreateDirectory(scratch.Path + "/nested");
        ChildProcess child = scratch.RunUntilReady(directory: scratch.Path + "/nested");
        Task removal = Task.Run(scratch.Cgroup.Remove, TestContext.Current.CancellationToken);
        Assert.False(removal.IsCompleted);
        Processes.SendSignal(child.Pidfd, SIGKILL);
        await removal.WaitAsync(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void Cgroups_nested_deeper_than_a_path_can_name_are_searched_and_removed()
    {
        // A level costs the kernel more the deeper it is, so few with long names: 60 kB, of 4 that a path may have.
        const int levels = 300;
        string name = new('n', 200);
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        OwnedFd current = Files.Open(scratch.Path, OpenFlags.Path | OpenFlags.Directory);
        for (int i = 0; i < levels; i++)
        {
            Files.Mkdir(current, name, 0b111_101_101);
            OwnedFd below = Files.OpenAt(current, name, OpenFlags.Path | OpenFlags.Directory);
            current.Dispose();
            current = below;
        }

        using (current)
        using (ChildProcess child = ChildProcess.Start(new ChildStart { Path = "/bin/sleep", Arguments = ["sleep", "1000"] }))
        {
            using (OwnedFd procs = Files.OpenAt(current, "cgroup.procs", OpenFlags.WriteOnly))
                Files.WriteAll(procs, System.Text.Encoding.ASCII.GetBytes(child.Id.ToString()));
            Assert.Equal([child.Id], scratch.Cgroup.ReadProcesses());
            scratch.Cgroup.KillAll(SIGKILL);
            Assert.Equal(SIGKILL, child.Wait(TimeSpan.FromSeconds(20))?.Signal);
        }

        scratch.Cgroup.Remove();
        Assert.False(scratch.Cgroup.Exists());
    }

    [Fact]
    public void A_threaded_cgroup_is_used_without_domain_controllers_and_its_processes_are_listed()
    {
        using ScratchV2Cgroup scratch = new();
        Directory.CreateDirectory(scratch.Parent + "/threads");
        // Makes the parent the root of a threaded tree, so that what is made below it is of no type yet.
        File.WriteAllText(scratch.Parent + "/threads/cgroup.type", "threaded");
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Create(new LinuxResources { Unified = new Dictionary<string, string> { ["memory.high"] = "max" } }));
        Assert.StartsWith($"linux.resources.unified['memory.high']: cgroup '{scratch.Parent}' is in a threaded tree ('domain threaded')", refusal.Message);
        scratch.Create();
        Assert.Equal("threaded", scratch["cgroup.type"]);
        ChildProcess child = scratch.RunUntilReady();
        Assert.Equal([child.Id], scratch.Cgroup.ReadProcesses());
        scratch.Cgroup.KillAll(SIGKILL);
        Assert.Equal(SIGKILL, child.Wait(TimeSpan.FromSeconds(20))?.Signal);
    }

    [Fact]
    public void A_cgroup_next_to_processes_lacks_controllers_for_a_reason_that_is_told()
    {
        using ScratchV2Cgroup scratch = new("memory");
        Directory.CreateDirectory(scratch.Parent);
        scratch.RunUntilReady(directory: scratch.Parent);
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Create(new LinuxResources { Memory = new() { Limit = 64 << 20 } }));
        Assert.StartsWith(
            $"linux.resources.memory.limit: cgroup controller 'memory' is not available in '{scratch.Path}': enabling it in '{scratch.Parent}/cgroup.subtree_control': EBUSY",
            refusal.Message);
        Assert.Contains("holds processes itself", refusal.Message);
        Assert.False(Directory.Exists(scratch.Path));
        scratch.Create();
        Assert.Equal("domain", scratch["cgroup.type"]);
        new CgroupV2(scratch.Root, scratch.Parent).KillAll(SIGKILL);
    }

    [Fact]
    public void Controllers_of_threads_are_shared_with_processes_only_if_they_are_needed()
    {
        using ScratchV2Cgroup scratch = new("pids");
        // Above it there is nothing but what works between threads.
        new CgroupV2(scratch.Root, scratch.Parent).Create();
        string middle = scratch.Parent + "/middle";
        Directory.CreateDirectory(middle);
        File.WriteAllText(scratch.Parent + "/cgroup.subtree_control", "+pids");
        scratch.RunUntilReady(directory: middle);
        CgroupV2 plain = new(scratch.Parent, middle + "/plain");
        plain.Create();
        Assert.Equal("domain", File.ReadAllText(middle + "/plain/cgroup.type").Trim());
        CgroupV2 limited = new(scratch.Parent, middle + "/limited");
        LinuxResources resources = new() { Pids = new() { Limit = 9 } };
        plain.Remove();
        limited.Create(resources);
        limited.Apply(resources);
        Assert.Equal(["threaded", "9"], [File.ReadAllText(middle + "/limited/cgroup.type").Trim(), File.ReadAllText(middle + "/limited/pids.max").Trim()]);
        ChildProcess child = scratch.RunUntilReady(directory: middle + "/limited");
        Assert.Equal([child.Id], limited.ReadProcesses());
        limited.KillAll(SIGKILL);
        new CgroupV2(scratch.Root, middle).KillAll(SIGKILL);
        new CgroupV2(scratch.Root, middle).Remove();
    }

    [Fact]
    public void A_cgroup_that_gives_controllers_down_is_not_reused()
    {
        using ScratchV2Cgroup scratch = new("memory");
        scratch.Create();
        Directory.CreateDirectory(scratch.Path + "/nested");
        File.WriteAllText(scratch.Path + "/cgroup.subtree_control", "+memory");
        Assert.Contains("gives controllers to those below it", Assert.Throws<CofferdamException>(() => new CgroupV2(scratch.Root, scratch.Path).Create()).Message);
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => scratch.Cgroup.Attach(Processes.CurrentId));
        Assert.Contains("EBUSY", refusal.Message);
    }

    [Fact]
    public void A_cgroup_is_given_to_its_owner()
    {
        using ScratchV2Cgroup scratch = new();
        new CgroupV2(scratch.Root, scratch.Path, owner: 4711).Create();
        Assert.Equal(4711u, Files.Stat(scratch.Path).Uid);
        Assert.Equal(4711u, Files.Stat(scratch.Path + "/cgroup.procs").Uid);
        Assert.Equal(4711u, Files.Stat(scratch.Path + "/cgroup.subtree_control").Uid);
        Assert.Equal(0u, Files.Stat(scratch.Path + "/cgroup.freeze").Uid);
        Assert.Equal(0u, Files.Stat(scratch.Parent).Uid);
    }

    [Fact]
    public void A_loaded_cgroup_is_the_same()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        ICgroup loaded = CgroupFactory.Load(scratch.Cgroup.Paths);
        Assert.Equal(scratch.Cgroup.Paths, loaded.Paths);
        Assert.True(loaded.Exists());
        Assert.Empty(loaded.ReadProcesses());
        loaded.Update(new LinuxResources());
    }

    [Fact]
    public void On_a_host_with_v2_only_the_factory_chooses_it()
    {
        CgroupHost host = CgroupHost.Detect();
        if (host.Mode != CgroupMode.Unified) Assert.Skip("needs cgroup v2 alone");
        string own = host.OwnDirectory(host.Hierarchies[0]);
        string beside = own == "/sys/fs/cgroup" ? own : Path.GetDirectoryName(own)!;
        Assert.Equal("/sys/fs/cgroup/x/y", CgroupFactory.ForSpec("/x/z/../y", "c1").Paths[""]);
        Assert.Equal(beside + "/x", CgroupFactory.ForSpec("x", "c1").Paths[""]);
        Assert.Equal(beside + "/c1", CgroupFactory.ForSpec(null, "c1").Paths[""]);
    }
}
