using System.Diagnostics;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>
/// Controllers that this machine does not use: the tests run once more in a second process, whose own mount namespace has
/// them at places where only mountinfo tells.
/// </summary>
public sealed class UnmountedControllerTests
{
    private const string Marker = "COFFERDAM_TEST_CONTROLLERS";

    // Two of them together, as distributions mount cpu and cpuacct.
    private static string[] Unused =>
        [.. new[] { "hugetlb", "net_cls,net_prio", "perf_event" }.Where(c => !Directory.Exists("/sys/fs/cgroup/" + c.Split(',')[0]))];

    [Fact]
    public async Task The_tests_below_pass_where_the_controllers_are_mounted()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        if (CgroupHost.Detect().Mode == CgroupMode.Unified) Assert.Skip("would take controllers away from cgroup v2, and from what is in it");
        string places = Directory.CreateTempSubdirectory("cofferdam-controllers-").FullName;
        string mounts = string.Concat(Unused.Select(c => $"mkdir {places}/{c}; mount -t cgroup -o {c} {c} {places}/{c} || exit 77; "));
        // The kernel frees a hierarchy at the umount only if the cgroups in it are gone to the last reference, which takes a
        // moment after rmdir(2); otherwise it stays, unmounted, until it is mounted and unmounted once more.
        string unmounts = string.Concat(Unused.Select(c => $$"""
            umount {{places}}/{{c}};
            for i in $(seq 20); do
                for j in $(seq 10); do grep -q '^{{c.Split(',')[0]}}[[:space:]]0[[:space:]]' /proc/cgroups && break 2; sleep 0.05; done;
                mount -t cgroup -o {{c}} {{c}} {{places}}/{{c}}; umount {{places}}/{{c}};
            done;
            """));
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new ProcessStartInfo("unshare")
            {
                ArgumentList =
                {
                    "--mount", "--propagation", "private", "sh", "-c",
                    $"mount -t tmpfs tmpfs {places}; {mounts} {Environment.ProcessPath} -noLogo -noColor -explicit only -class {typeof(UnmountedControllerTests).FullName}; code=$?; {unmounts} exit $code",
                },
                Environment = { [Marker] = "1" },
                RedirectStandardOutput = true,
            })!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (process.ExitCode == 77) Assert.Skip("the kernel does not mount them");
            Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0, Skipped: 0", StringComparison.Ordinal), output);
        }
        finally
        {
            Directory.Delete(places);
        }
    }

    [Fact(Explicit = true)]
    public void All_are_found_and_joined()
    {
        using ScratchCgroup scratch = Enter();
        scratch.Create();
        ChildProcess child = scratch.RunUntilReady("echo ready; exec sleep 100");
        foreach (string controller in new[] { "hugetlb", "net_cls", "net_prio", "perf_event" })
            Assert.Equal($"{child.Id}", scratch[controller, "cgroup.procs"]);
        using CgroupEntry entry = scratch.Cgroup.OpenEntry();
        Assert.Equal(scratch.Cgroup.Paths["net_cls"], scratch.Cgroup.Paths["net_prio"]);
        Assert.Single(entry.TaskFiles, file => Files.ReadLink(file.ProcPath).Contains("net_", StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    public void Huge_pages_are_limited_with_their_reservations()
    {
        using ScratchCgroup scratch = Enter();
        scratch.Create(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 4 << 20 }] });
        Assert.Equal($"{4 << 20}", scratch["hugetlb", "hugetlb.2MB.limit_in_bytes"]);
        Assert.Equal($"{4 << 20}", scratch["hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes"]);
        Assert.Equal(0ul, scratch.Cgroup.ReadStats().Hugetlb["2MB"].Usage);
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Update(new() { HugepageLimits = [new() { PageSize = "3MB", Limit = 1 }] }));
        Assert.StartsWith("linux.resources.hugepageLimits[0]: ", refusal.Message);
        Assert.Contains("(hint: this machine has pages of ", refusal.Message);
    }

    [Fact(Explicit = true)]
    public void Packets_are_classed_and_ranked()
    {
        using ScratchCgroup scratch = Enter();
        scratch.Create(new() { Network = new() { ClassId = 0x100001, Priorities = [new() { Name = "lo", Priority = 3 }] } });
        Assert.Equal($"{0x100001}", scratch["net_cls", "net_cls.classid"]);
        Assert.Contains("lo 3", scratch["net_prio", "net_prio.ifpriomap"]);
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => scratch.Cgroup.Update(new() { Network = new() { Priorities = [new() { Name = "lo", Priority = 1 }, new() { Name = "absent0", Priority = 1 }] } }));
        Assert.StartsWith("linux.resources.network.priorities[1]: ", refusal.Message);
        scratch.Cgroup.Update(new() { Network = new() { ClassId = 0 } });
        Assert.Equal("0", scratch["net_cls", "net_cls.classid"]);
    }

    private static bool Inside => Environment.GetEnvironmentVariable(Marker) is not null;

    private static ScratchCgroup Enter()
    {
        if (!Inside) Assert.Skip("runs in the second process");
        return new ScratchCgroup();
    }
}
