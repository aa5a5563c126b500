using Cofferdam.Testing;

namespace Cofferdam.Stress.Tests;

/// <summary>What starting the program costs on a host with many mounts.</summary>
public sealed class StartUpTests : StressTest
{
    [Theory]
    [InlineData(0, "--version")]
    [InlineData(1, "state", "nobody")]
    public void Starting_reads_no_mountinfo(int exitCode, params string[] arguments)
    {
        string calls = Trace(exitCode, arguments);
        Assert.DoesNotContain("mountinfo", calls, StringComparison.Ordinal);
        Assert.DoesNotContain("/sys/fs/cgroup", calls, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_sees_what_is_opened() =>
        // The state root, for one.
        Assert.Contains(Scratch.Root, Trace(1, ["state", "nobody"]), StringComparison.Ordinal);

    private string Trace(int exitCode, string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "needs strace (package strace)");
        string log = Path.Combine(Scratch.Directory, "trace");
        Scratch.Wrapper = ["strace", "-f", "-e", "trace=open,openat,openat2,statfs,newfstatat,access,faccessat2", "-o", log];
        CommandResult result = Scratch.Oci(arguments);
        string calls = File.Exists(log) ? File.ReadAllText(log) : "";
        Assert.SkipWhen(result.Stderr.Contains("PTRACE", StringComparison.Ordinal) && calls.Length == 0, $"strace may not trace here: {result.LastErrorLine}");
        result.Exits(exitCode);
        return calls;
    }
}
