using Cofferdam.Cgroups.V2;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>What an ordinary user can do in a tree that was given to it: run once more in a process with another uid.</summary>
[Trait("Layer", "Kernel")]
public sealed class V2DelegationTests
{
    private const string Marker = "COFFERDAM_TEST_DELEGATED";
    private const string User = "65534";

    [Fact]
    public async Task The_tests_below_pass_for_an_ordinary_user()
    {
        using ScratchV2Cgroup scratch = new("memory", "pids");
        if (!File.Exists("/usr/bin/setpriv")) Assert.Skip("needs setpriv");
        // Above the user's tree everything but pids stays back.
        scratch.Create();
        File.WriteAllText(scratch.Parent + "/cgroup.subtree_control", "-memory");
        using (V2Directory directory = V2Directory.Open(scratch.Path)) V2Delegation.ChangeOwner(directory, uint.Parse(User), mayMiss: false);
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("setpriv")
        {
            ArgumentList =
            {
                "--reuid", User, "--regid", User, "--clear-groups",
                Environment.ProcessPath!, "-noLogo", "-noColor", "-explicit", "only", "-class", typeof(V2DelegationTests).FullName!,
            },
            Environment = { [Marker] = scratch.Path, ["DOTNET_EnableDiagnostics"] = "0", ["HOME"] = "/tmp" },
            RedirectStandardOutput = true,
        })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode is 126 or 127) Assert.Skip("that user cannot run the test program");
        Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0, Skipped: 0", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true)]
    public void Controllers_that_were_given_are_enabled_and_used()
    {
        CgroupV2 cgroup = Enter("c1");
        LinuxResources resources = new() { Pids = new() { Limit = 33 } };
        cgroup.Create(resources);
        // No right to bpf(2), and none needed: there are no device nodes to make.
        cgroup.Apply(resources);
        Assert.Equal("33", File.ReadAllText(cgroup.Paths[""] + "/pids.max").Trim());
        cgroup.Freeze();
        Assert.Equal(FreezerState.Frozen, cgroup.ReadFreezerState());
        cgroup.Remove();
        Assert.False(cgroup.Exists());
    }

    [Fact(Explicit = true)]
    public void A_controller_that_was_not_given_is_named_with_the_place_where_it_stays_back()
    {
        CgroupV2 cgroup = Enter("c2");
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => cgroup.Create(new LinuxResources { Memory = new() { Limit = 1 << 25 } }));
        string above = Path.GetDirectoryName(Own)!;
        Assert.StartsWith(
            $"linux.resources.memory.limit: cgroup controller 'memory' is not available in '{Own}/c2': enabling it in '{above}/cgroup.subtree_control': EACCES (permission denied) (hint: '{above}' is not delegated to this user",
            refusal.Message);
        Assert.Equal(ErrorKind.PermissionDenied, refusal.Kind);
        Assert.False(cgroup.Exists());
    }

    [Fact(Explicit = true)]
    public void What_cannot_be_given_on_stays_the_users_own()
    {
        Enter("c3");
        CgroupV2 cgroup = new(null, Own + "/c3", isRootless: true, owner: 1);
        cgroup.Create();
        Assert.Equal(uint.Parse(User), Files.Stat(Own + "/c3").Uid);
        cgroup.Remove();
    }

    private static string Own => Environment.GetEnvironmentVariable(Marker)!;

    private static CgroupV2 Enter(string name)
    {
        if (Environment.GetEnvironmentVariable(Marker) is null) Assert.Skip("runs in the second process");
        return new CgroupV2(null, $"{Own}/{name}", isRootless: true);
    }
}
