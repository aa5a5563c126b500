using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>Device programs on a cgroup of this machine.</summary>
[Trait("Layer", "Kernel")]
public sealed class DeviceFilterTests
{
    [Fact]
    public void Devices_that_no_rule_allows_are_closed_to_processes_of_the_cgroup()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        Assert.Equal(0, Exit(scratch, "exec 3</dev/zero"));
        Assert.NotEqual(0, Exit(scratch, "exec 2>/dev/null; exec 3</dev/kmsg"));
        scratch.Cgroup.Update(new LinuxResources { Devices = [new DeviceRule { Allow = true, Type = DeviceType.Char, Major = 1, Minor = 11, Access = "r" }] });
        Assert.Equal(0, Exit(scratch, "exec 3</dev/kmsg"));
        Assert.NotEqual(0, Exit(scratch, "exec 2>/dev/null; exec 3<>/dev/kmsg"));
    }

    [Fact]
    public void An_update_exchanges_our_program_and_leaves_those_of_others()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        uint[] first = Programs(scratch);
        Assert.Single(first);
        using OwnedFd foreign = CgroupDevicePrograms.Load(DeviceProgram.Build([new DeviceRule { Allow = true }], []), "sd_devices");
        using (OwnedFd directory = Files.Open(scratch.Path, OpenFlags.Path | OpenFlags.Directory))
            Assert.True(CgroupDevicePrograms.TryAttach(foreign, directory, null, out _));
        scratch.Cgroup.Update(new LinuxResources { Devices = [new DeviceRule { Allow = false }] });
        uint[] second = Programs(scratch);
        Assert.Equal(2, second.Length);
        Assert.DoesNotContain(first[0], second);
        Assert.Equal(["cofferdam_dev", "sd_devices"], second.Select(NameOf).Order());
        scratch.Cgroup.Update(new LinuxResources());
        Assert.Equal(second, Programs(scratch));
    }

    [Fact]
    public void A_nested_cgroup_cannot_get_more_than_the_one_above()
    {
        using ScratchV2Cgroup scratch = new();
        scratch.Create();
        V2.CgroupV2 nested = new(scratch.Root, scratch.Path + "/nested");
        LinuxResources everything = new() { Devices = [new DeviceRule { Allow = true }] };
        nested.Create(everything);
        nested.Apply(everything);
        Assert.NotEqual(0, Exit(scratch, "exec 2>/dev/null; exec 3</dev/kmsg", scratch.Path + "/nested"));
        Assert.Equal(0, Exit(scratch, "exec 3</dev/zero", scratch.Path + "/nested"));
    }

    private static int Exit(ScratchV2Cgroup scratch, string script, string? directory = null)
    {
        ExitStatus? status = scratch.Run(script, directory).Wait(TimeSpan.FromSeconds(60));
        Assert.NotNull(status);
        Assert.NotEqual(99, status.Value.Code);
        return status.Value.ShellCode;
    }

    private static uint[] Programs(ScratchV2Cgroup scratch)
    {
        using OwnedFd directory = Files.Open(scratch.Path, OpenFlags.Path | OpenFlags.Directory);
        Assert.True(CgroupDevicePrograms.TryQuery(directory, out uint[] ids, out _));
        return ids;
    }

    private static string NameOf(uint id)
    {
        Assert.True(CgroupDevicePrograms.TryOpen(id, out OwnedFd? program, out _));
        using (program) return CgroupDevicePrograms.NameOf(program);
    }
}
