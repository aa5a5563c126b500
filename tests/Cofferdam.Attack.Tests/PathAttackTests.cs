using System.Diagnostics;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.Attack.Tests;

/// <summary>Links and races in paths that the image or a shared volume controls.</summary>
public sealed class PathAttackTests : AttackTest
{
    /// <summary>Exchanges two names as fast as it can while the action runs.</summary>
    private static void WhileSwapping(string first, string second, Action action)
    {
        using var stop = new CancellationTokenSource();
        var swapper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                Libc.renameat2(Libc.AT_FDCWD, first, Libc.AT_FDCWD, second, Libc.RENAME_EXCHANGE);
        });
        swapper.Start();
        try
        {
            action();
        }
        finally
        {
            stop.Cancel();
            swapper.Join();
        }
    }

    private static void Rounds(int count, int seconds, Action round)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
            round();
    }

    [Theory]
    [InlineData("dir/deep/target")]
    [InlineData("dir")]
    public void CVE_2021_30465_and_2024_45310_a_mount_target_swapped_for_a_link_does_not_lead_outside(string destination)
    {
        Container container = NewContainer("true");
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume + "/dir");
        File.CreateSymbolicLink(volume + "/link", Climb(Outside));
        container.Config.Mount("/volume", "bind", volume, "bind").Mount("/volume/" + destination, "tmpfs", "tmpfs", "size=1m");
        WhileSwapping(volume + "/dir", volume + "/link", () => Rounds(25, 6, () =>
        {
            container.Run();
            Assert.Empty(WhatIsOutside());
            Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(Outside, StringComparison.Ordinal));
        }));
    }

    [Fact]
    public void CVE_2024_45310_a_file_target_swapped_for_a_link_makes_no_file_outside()
    {
        Container container = NewContainer("true");
        string volume = Path.Combine(Scratch.Directory, "volume"), file = Path.Combine(Scratch.Directory, "file");
        Directory.CreateDirectory(volume + "/dir");
        File.WriteAllText(file, "x");
        File.CreateSymbolicLink(volume + "/link", Outside);
        container.Config.Mount("/volume", "bind", volume, "bind").Mount("/volume/dir/deep/file", "bind", file, "bind");
        WhileSwapping(volume + "/dir", volume + "/link", () => Rounds(25, 6, () =>
        {
            container.Run();
            Assert.Empty(WhatIsOutside());
        }));
    }

    [Fact]
    public void CVE_2021_30465_a_mount_that_lands_elsewhere_never_shows_the_host()
    {
        // The classic: the destination becomes a link to the root while the runtime mounts the volume of the attacker.
        Container container = NewContainer();
        string payload = Path.Combine(Scratch.Directory, "payload");
        Directory.CreateDirectory(payload);
        File.WriteAllText(payload + "/marker", "x");
        string volume = Path.Combine(Scratch.Directory, "volume");
        Directory.CreateDirectory(volume + "/dir");
        File.CreateSymbolicLink(volume + "/link", Climb("/"));
        container.Config.Mount("/volume", "bind", volume, "bind").Mount("/volume/dir", "bind", payload, "bind", "ro");
        container.Config.Args("sh", "-c", "[ ! -e /marker ] && ls /bin/sh");
        WhileSwapping(volume + "/dir", volume + "/link", () => Rounds(15, 6, () =>
        {
            CommandResult result = container.Run();
            // The payload may be at /volume/dir, or nowhere; it may never cover the root.
            Assert.True(result.ExitCode == 0 || result.Stderr.Length > 0, result.Describe());
            Assert.False(File.Exists("/marker"));
        }));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("dev/pts")]
    [InlineData("sys")]
    [InlineData("tmp/a/b")]
    public void A_link_in_the_image_at_a_mount_target_does_not_lead_outside(string name)
    {
        Container container = NewContainer("true");
        string path = container.Inside(name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, Climb(Outside));
        container.Config.WithoutMount("/dev/mqueue").Mount("/tmp/a/b", "tmpfs", "tmpfs");
        if (name == "dev/pts")
            container.Config.WithoutMount("/dev");
        container.Run();
        Assert.Empty(WhatIsOutside());
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(Outside, StringComparison.Ordinal));
    }

    [Fact]
    public void CVE_2026_41579_a_dev_that_is_a_link_makes_no_devices_outside()
    {
        Container container = NewContainer("true");
        Directory.Delete(container.Inside("dev"), recursive: true);
        File.CreateSymbolicLink(container.Inside("dev"), Climb(Outside));
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        container.Config.Set("linux.devices", """[{"path":"/dev/extra","type":"c","major":1,"minor":3,"fileMode":438}]""");
        container.Run();
        Assert.Empty(WhatIsOutside());
    }

    [Fact]
    public void CVE_2026_41579_a_dev_swapped_for_a_link_makes_no_devices_outside()
    {
        Container container = NewContainer("true");
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        string link = container.Inside("link");
        File.CreateSymbolicLink(link, Climb(Outside));
        WhileSwapping(container.Inside("dev"), link, () => Rounds(25, 6, () =>
        {
            container.Run();
            Assert.Empty(WhatIsOutside());
        }));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("full")]
    [InlineData("console")]
    [InlineData("fd")]
    [InlineData("ptmx")]
    public void A_device_name_that_is_a_link_in_the_image_writes_nothing_outside(string name)
    {
        Container container = NewContainer("true");
        foreach (string mount in new[] { "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue" })
            container.Config.WithoutMount(mount);
        string target = Path.Combine(Outside, "target");
        File.CreateSymbolicLink(container.Inside("dev/" + name), Climb(target));
        container.Run();
        Assert.Empty(WhatIsOutside());
    }

    [Fact]
    public void CVE_2019_18837_a_root_that_is_a_link_to_the_hosts_root_is_never_written_by_mounts()
    {
        Container container = NewContainer("true");
        string link = Path.Combine(container.Bundle, "link");
        File.CreateSymbolicLink(link, Outside);
        container.Config.SetText("root.path", "link").Mount("/new/dir", "tmpfs", "tmpfs");
        container.Run();
        Assert.DoesNotContain(MountInfo.Read("self"), m => m.MountPoint.StartsWith(Outside, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(12)]
    public void CVE_2024_21626_a_working_directory_through_a_leaked_descriptor_is_not_on_the_host(int fd)
    {
        string secret = Path.Combine(Outside, "secret");
        File.WriteAllText(secret, "of the host");
        Container container = NewContainer("sh", "-c", $"cat ../../../../../../../../../../../..{secret} ./secret 2>/dev/null; exit 0");
        container.Config.SetText("process.cwd", $"/proc/self/fd/{fd}");
        CommandResult run = container.Run(Scratch.Options() with { WorkingDirectory = Outside });
        Assert.DoesNotContain("of the host", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2024_21626_a_working_directory_that_is_a_link_to_descriptors_is_not_on_the_host()
    {
        string secret = Path.Combine(Outside, "secret");
        File.WriteAllText(secret, "of the host");
        for (int fd = 3; fd < 12; fd++)
        {
            Container container = NewContainer("sh", "-c", $"cat ../../../../../../../../../../../..{secret} ./secret 2>/dev/null; exit 0");
            File.CreateSymbolicLink(container.Inside("work"), $"/proc/self/fd/{fd}");
            container.Config.SetText("process.cwd", "/work");
            Assert.DoesNotContain("of the host", container.Run(Scratch.Options() with { WorkingDirectory = Outside }).Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CVE_2024_21626_exec_with_a_directory_through_a_leaked_descriptor_is_not_on_the_host()
    {
        string secret = Path.Combine(Outside, "secret");
        File.WriteAllText(secret, "of the host");
        Container container = NewContainer().Running();
        for (int fd = 3; fd < 14; fd++)
        {
            CommandResult exec = Scratch.Oci(Scratch.Options() with { WorkingDirectory = Outside }, "exec", "--cwd", $"/proc/self/fd/{fd}", container.Id,
                "sh", "-c", $"cat ../../../../../../../../../../../..{secret} ./secret 2>/dev/null; exit 0");
            Assert.DoesNotContain("of the host", exec.Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CVE_2024_21626_no_descriptor_of_the_host_is_open_in_the_program()
    {
        Container container = NewContainer("ls", "-l", "/proc/self/fd");
        string list = container.Run(Scratch.Options(prelude: $"exec 8<{Outside}") with { WorkingDirectory = Outside }).Ok().Stdout;
        Assert.DoesNotContain(Scratch.Directory + "/outside", list, StringComparison.Ordinal);
        Assert.DoesNotContain("cgroup", list, StringComparison.Ordinal);
        // The fourth is the directory that ls reads.
        Assert.InRange(list.Split('\n').Count(l => l.Contains("->", StringComparison.Ordinal)), 3, 4);
    }

    [Fact]
    public void CVE_2024_21626_no_descriptor_of_the_host_is_open_in_an_exec()
    {
        Container container = NewContainer().Running();
        string list = Scratch.Oci(Scratch.Options(prelude: $"exec 8<{Outside}"), "exec", container.Id, "ls", "-l", "/proc/self/fd").Ok().Stdout;
        // The fourth is the directory that ls reads.
        Assert.InRange(list.Split('\n').Count(l => l.Contains("->", StringComparison.Ordinal)), 3, 4);
    }
}
