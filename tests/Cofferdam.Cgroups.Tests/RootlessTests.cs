using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Tests;

/// <summary>What an ordinary user meets: run once more in a process with another uid.</summary>
public sealed class RootlessTests
{
    private const string Marker = "COFFERDAM_TEST_ROOTLESS";

    [Fact]
    public async Task The_tests_below_pass_for_an_ordinary_user()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        if (!File.Exists("/usr/bin/setpriv")) Assert.Skip("needs setpriv");
        using Process process = Process.Start(new ProcessStartInfo("setpriv")
        {
            ArgumentList =
            {
                "--reuid", "65534", "--regid", "65534", "--clear-groups",
                Environment.ProcessPath!, "-noLogo", "-noColor", "-explicit", "only", "-class", typeof(RootlessTests).FullName!,
            },
            Environment = { [Marker] = "1", ["DOTNET_EnableDiagnostics"] = "0", ["HOME"] = "/tmp" },
            RedirectStandardOutput = true,
        })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode is 126 or 127) Assert.Skip("that user cannot run the test program");
        Assert.True(process.ExitCode == 0 && output.Contains("Failed: 0, Skipped: 0", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true)]
    public void Controllers_that_refuse_are_left_out_when_nothing_asks_for_them()
    {
        ICgroup cgroup = Enter(null, rootless: true);
        cgroup.Create();
        using CgroupEntry entry = cgroup.OpenEntry();
        Assert.Empty(entry.TaskFiles);
        Assert.Null(entry.CloneInto);
        Assert.Empty(cgroup.Paths);
        cgroup.Attach(Environment.ProcessId);
        cgroup.Apply(null);
        cgroup.Remove();
        Assert.IsType<DisabledCgroup>(CgroupFactory.Load(cgroup.Paths));
    }

    [Fact(Explicit = true)]
    public void A_limit_that_cannot_be_set_is_named()
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(
            () => Enter(null, rootless: true).Create(new() { Memory = new() { Limit = 1 << 20 } }));
        Assert.Equal(ErrorKind.PermissionDenied, refusal.Kind);
        string reason = CgroupHost.Detect().Mode == CgroupMode.Unified ? "making cgroup '/" : "cgroup controller 'memory' is closed to this user: E";
        Assert.StartsWith("linux.resources.memory.limit: " + reason, refusal.Message);
    }

    [Theory(Explicit = true)]
    [InlineData("/cofferdam-rootless", true)]
    [InlineData(null, false)]
    public void A_path_that_was_asked_for_must_be_made(string? path, bool rootless)
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Enter(path, rootless).Create());
        Assert.Equal(ErrorKind.PermissionDenied, refusal.Kind);
        Assert.StartsWith("making cgroup '", refusal.Message);
    }

    private static bool Inside => Environment.GetEnvironmentVariable(Marker) is not null;

    private static ICgroup Enter(string? path, bool rootless)
    {
        if (!Inside) Assert.Skip("runs in the second process");
        return CgroupFactory.ForSpec(path, $"cofferdam-rootless-{Guid.NewGuid():N}", new() { Rootless = rootless });
    }
}
