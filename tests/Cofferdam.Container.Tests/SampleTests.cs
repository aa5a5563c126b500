using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests;

/// <summary>The program under samples/ does what it says.</summary>
public sealed class SampleTests : KernelTest
{
    [Fact]
    public void The_sample_shows_output_and_exit_code()
    {
        (int code, string output, string report) = Run("/bin/sh", "-c", "id -u; hostname; exit 3");
        Assert.Equal("65534\nsandbox\n", output);
        Assert.Equal(3, code);
        Assert.Contains("-- exit code 3\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_keeps_an_untrusted_program_from_the_rest()
    {
        (_, string output, _) = Run("/bin/sh", "-c", "echo x > /file; ls /proc/1/root/etc; ls /sys; head -c 1 /proc/kcore; echo end");
        Assert.Contains("Read-only file system", output, StringComparison.Ordinal);
        Assert.EndsWith("end\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ELF", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_stops_a_program_that_takes_too_much_memory_or_writes_too_much()
    {
        (_, string output, string report) = Run("/bin/sh", "-c", "x=$(tail -c 200000000 /dev/zero 2>&1); echo survived");
        Assert.Contains("survived", output, StringComparison.Ordinal);
        (int code, output, report) = Run("/bin/sh", "-c", "while true; do echo too much; done");
        Assert.Equal(137, code);
        Assert.Equal(1 << 20, output.Length);
        Assert.Contains("killed: it wrote too much", report, StringComparison.Ordinal);
    }

    private (int Code, string Output, string Report) Run(params string[] command)
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        string sample = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../RunUntrusted", configuration, "RunUntrusted"));
        using OwnedFd output = Memfds.Create("output"), report = Memfds.Create("report");
        using ChildProcess child = ChildProcess.Start(new ChildStart
        {
            Path = sample,
            Arguments = [sample, Rootfs, .. command],
            Environment = [.. ProcFs.ReadOwnEnvironment(), $"COFFER_OCI={Program}"],
            StandardOutput = output,
            StandardError = report,
        });
        ExitStatus status = child.Wait()!.Value;
        Files.Seek(output, 0);
        Files.Seek(report, 0);
        return (status.ShellCode, Encoding.UTF8.GetString(Files.ReadAll(output)), Encoding.UTF8.GetString(Files.ReadAll(report)));
    }
}
