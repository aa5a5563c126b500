using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.Attack.Tests;

/// <summary>/etc/passwd and /etc/group of the image, which the runtime reads to find HOME: untrusted files.</summary>
public sealed class UserDatabaseAttackTests : AttackTest
{
    private Container AsUser()
    {
        // The program itself must not read the files: id and whoami would.
        Container container = NewContainer("sh", "-c", "echo $(stat -L -c %u /proc/self) $HOME");
        container.Config.Set("process.user", """{"uid":1000,"gid":1000}""");
        return container;
    }

    private void EndsInTime(Container container)
    {
        CommandResult result = container.Run(Scratch.Options(timeout: TimeSpan.FromSeconds(8)));
        Assert.False(result.TimedOut, result.Describe());
        if (result.ExitCode == 0)
            Assert.StartsWith("1000", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passwd")]
    [InlineData("group")]
    public void A_fifo_does_not_hang_the_runtime(string name)
    {
        Container container = AsUser();
        File.Delete(container.Inside("etc/" + name));
        Libc.Check(Libc.mkfifo(container.Inside("etc/" + name), 0x1b6), "mkfifo");
        EndsInTime(container);
    }

    [Theory]
    [InlineData("passwd", "/dev/zero")]
    [InlineData("group", "/dev/zero")]
    [InlineData("passwd", "/proc/self/mem")]
    [InlineData("passwd", "/proc/kmsg")]
    [InlineData("passwd", "passwd")]
    public void A_link_to_something_endless_does_not_hang_the_runtime(string name, string target)
    {
        Container container = AsUser();
        File.Delete(container.Inside("etc/" + name));
        File.CreateSymbolicLink(container.Inside("etc/" + name), target);
        EndsInTime(container);
    }

    [Theory]
    [InlineData("passwd")]
    [InlineData("group")]
    public void An_endless_device_in_the_image_does_not_hang_the_runtime(string name)
    {
        Container container = AsUser();
        File.Delete(container.Inside("etc/" + name));
        // Character device 1:5, /dev/zero.
        Libc.Check(Libc.mknod(container.Inside("etc/" + name), 0x21b6, (1 << 8) | 5), "mknod");
        EndsInTime(container);
    }

    [Fact]
    public void A_link_that_climbs_out_does_not_read_the_hosts_file()
    {
        Container container = AsUser();
        string hosts = Path.Combine(Outside, "passwd");
        File.WriteAllText(hosts, "user:x:1000:1000::/home/of-the-host:/bin/sh\n");
        File.Delete(container.Inside("etc/passwd"));
        File.CreateSymbolicLink(container.Inside("etc/passwd"), Climb(hosts));
        Assert.DoesNotContain("of-the-host", container.Run().Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passwd")]
    [InlineData("group")]
    public void A_sparse_file_of_many_gigabytes_does_not_fill_the_memory(string name)
    {
        Container container = AsUser();
        using (var file = new FileStream(container.Inside("etc/" + name), FileMode.Create))
            file.SetLength(20L << 30);
        CommandResult result = container.Run(Scratch.Options(prelude: "ulimit -v 8000000", timeout: TimeSpan.FromSeconds(15)));
        Assert.False(result.TimedOut, result.Describe());
    }

    [Theory]
    [InlineData("user:x:1000:1000::/home/with\nroot:x:0:0::/root:/bin/sh\n", "/home/with")]
    [InlineData("\n\n:::::\n#comment\nuser\nuser:x\nuser:x:1000\nuser:x:1000:1000:gecos:/good:/bin/sh\n", null)]
    [InlineData("user:x:4294968296:0::/overflow:/bin/sh\nuser:x:1000:1000::/good:/bin/sh\n", "/good")]
    [InlineData("user:x:-64536:0::/negative:/bin/sh\nuser:x:1000:1000::/good:/bin/sh\n", "/good")]
    [InlineData("user:x:01000x:0::/letters:/bin/sh\nuser:x:1000:1000::/good:/bin/sh\n", "/good")]
    public void Odd_lines_are_passed_over(string content, string? home)
    {
        Container container = AsUser();
        File.WriteAllText(container.Inside("etc/passwd"), content);
        CommandResult result = container.Run().Ok();
        Assert.StartsWith("1000", result.Output, StringComparison.Ordinal);
        if (home is not null)
            Assert.Equal("1000 " + home, result.Output);
    }

    [Fact]
    public void A_line_of_a_megabyte_and_a_zero_byte_do_not_crash_the_runtime()
    {
        Container container = AsUser();
        File.WriteAllText(container.Inside("etc/passwd"), new string('a', 1 << 20) + "\nu\0ser:x:1000:1000::/zero\0:/bin/sh\nuser:x:1000:1000::/good:/bin/sh\n");
        EndsInTime(container);
    }

    [Fact]
    public void A_directory_does_not_crash_the_runtime()
    {
        Container container = AsUser();
        File.Delete(container.Inside("etc/passwd"));
        Directory.CreateDirectory(container.Inside("etc/passwd"));
        EndsInTime(container);
    }
}
