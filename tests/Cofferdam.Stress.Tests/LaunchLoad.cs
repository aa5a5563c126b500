using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cofferdam.Testing;

namespace Cofferdam.Stress.Tests;

/// <summary>The program tests/Cofferdam.LaunchLoad: compiled ahead of time by its first user, and as it is built for the JIT.</summary>
public sealed class LaunchLoad(Scratch scratch)
{
    private const int AlarmExitCode = 128 + 14, JitLateOpened = 8;
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromMinutes(9), s_publishLimit = TimeSpan.FromMinutes(5);
    private static readonly Lazy<string> s_compiledAhead = new(Publish);

    /// <summary>How often the long loops launch.</summary>
    public static int Launches =>
        int.TryParse(Environment.GetEnvironmentVariable("COFFER_STRESS_LAUNCHES"), CultureInfo.InvariantCulture, out int count) ? count : 2000;

    public static string CompiledAhead => s_compiledAhead.Value;

    public static string JustInTime
    {
        get
        {
            // artifacts/bin/Cofferdam.Stress.Tests/release/
            string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(Published.Root, "artifacts/bin/Cofferdam.LaunchLoad", configuration + "_linux-x64", "coffer-launch-load");
        }
    }

    /// <summary>Runs the program; nothing may have failed, hung or stayed. Returns what it printed.</summary>
    public JsonObject Run(string program, string kind, int count, Container container, int allocators = 0)
    {
        container.WriteConfig();
        // Its own mount namespace: mounts of the host that others change meanwhile are not counted.
        string[] command = ["unshare", "--mount", program, kind, Number(count), scratch.Runtime, container.Bundle, scratch.Root, scratch.Tag, Number(allocators)];
        CommandResult result = Command.Run(command, scratch.Options(timeout: s_timeLimit));
        if (result.ExitCode == AlarmExitCode)
            Assert.Fail($"a launch hung for 20 seconds: {result.Describe()}");
        result.Ok();
        TestContext.Current.TestOutputHelper?.WriteLine(result.Output);
        JsonObject report = JsonNode.Parse(result.Stdout)!.AsObject();
        Assert.Equal(count, (int)report["launches"]!);
        Assert.Equal(0, (int)report["failures"]!);
        JsonObject before = report["before"]!.AsObject(), after = report["after"]!.AsObject();
        Assert.Equal(before["mounts"]!.ToJsonString(), after["mounts"]!.ToJsonString());
        Assert.Equal(before["children"]!.ToJsonString(), after["children"]!.ToJsonString());
        // Under the JIT the first use of an assembly, or of random numbers, opens files that stay open.
        int lateOpened = (string?)report["runtime"] == "jit" ? JitLateOpened : 0;
        int opened = (int)after["fds"]! - (int)before["fds"]!;
        Assert.True(opened >= 0 && opened <= lateOpened, $"{opened} descriptors stayed open: {result.Describe()}");
        Assert.Empty(scratch.LeaksNow());
        return report;
    }

    private static string Publish()
    {
        // Artifacts of its own: publishing would replace the build for the JIT.
        string artifacts = Path.Combine(Published.Root, "artifacts/launch-load");
        string command = $". eng/dotnet.sh && exec dotnet publish tests/Cofferdam.LaunchLoad -c Release --nologo -v quiet -p:ArtifactsPath='{artifacts}' -p:UseSharedCompilation=false";
        var start = new ProcessStartInfo("/bin/bash") { WorkingDirectory = Published.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command + " 2>&1");
        using Process publish = Process.Start(start)!;
        Task<string> output = publish.StandardOutput.ReadToEndAsync();
        if (!publish.WaitForExit(s_publishLimit))
        {
            publish.Kill(entireProcessTree: true);
            Assert.Fail("publishing Cofferdam.LaunchLoad takes longer than 5 minutes");
        }
        Assert.True(publish.ExitCode == 0, $"publishing Cofferdam.LaunchLoad: {output.Result}");
        return Path.Combine(artifacts, "publish/Cofferdam.LaunchLoad/release_linux-x64/coffer-launch-load");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
