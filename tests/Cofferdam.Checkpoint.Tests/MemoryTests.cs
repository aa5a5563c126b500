using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>Ways that memory goes: before the processes, after them, through a socket.</summary>
public sealed class MemoryTests : CheckpointTest
{
    [Fact]
    [Trait("Guest", "CI")]
    public void Pre_dumps_form_a_chain_that_the_checkpoint_ends()
    {
        Criu.RequireFeature(Scratch, "mem_dirty_track");
        Container container = RunningCounter();
        int pid = container.Pid();
        Ok(Dump(container, "1", "--pre-dump"));
        Ok(Dump(container, "2", "--pre-dump", "--parent-path", "../1"));
        Assert.Equal(pid, container.Pid());
        WaitForCountAbove(container, Count(container));
        Ok(Dump(container, "3", "--parent-path", "../2"));
        Assert.Equal("../2", new FileInfo(Path.Combine(Images, "3", "parent")).LinkTarget);
        Ok(Patiently("restore", "--detach", "--image-path", Path.Combine(Images, "3"), "--bundle", container.Bundle, container.Id));
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    public void A_pre_dump_without_memory_tracking_is_refused_by_name()
    {
        Assert.SkipUnless(Scratch.Host(Criu.Path, "check", "--feature", "mem_dirty_track").ExitCode != 0, "this kernel tracks memory");
        Container container = RunningCounter();
        Dump(container, "1", "--pre-dump").Fails(1, "memory tracking");
        Assert.Equal("running", container.Status());
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    public void A_page_server_gets_the_memory()
    {
        Container container = RunningCounter();
        string pages = Directory.CreateDirectory(Path.Combine(Scratch.Directory, "pages")).FullName;
        int port = FreePort();
        using Command server = Scratch.StartHost(Criu.Path, "page-server", "--images-dir", pages, "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture));
        WaitForListener(port);
        Ok(Checkpoint(container, "--page-server", $"127.0.0.1:{port}"));
        server.Wait(Patience).Ok();
        Assert.Empty(Directory.GetFiles(Images, "pages-*.img"));
        foreach (string file in Directory.GetFiles(pages, "page*.img"))
            File.Move(file, Path.Combine(Images, Path.GetFileName(file)), overwrite: true);
        Ok(Restore(container));
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void Lazy_pages_follow_the_processes_from_another_host()
    {
        Criu.RequireFeature(Scratch, "uffd");
        Container container = RunningCounter();
        int port = FreePort();
        string ready = Path.Combine(Scratch.Directory, "ready");
        string dump = string.Join(' ', Scratch.RuntimeArgv(
            ["checkpoint", "--image-path", Images, "--lazy-pages", "--page-server", $"127.0.0.1:{port}", "--status-fd", "7", container.Id]));
        using Command source = Scratch.StartHost("sh", "-c", $"exec 7>{ready}; exec {dump}");
        Await(() => source.HasExited || (File.Exists(ready) && new FileInfo(ready).Length == 1), "the dump serves pages");
        if (source.HasExited)
            Ok(source.Wait(Patience));
        Assert.Equal([0], File.ReadAllBytes(ready));

        // The other host: another bundle, since the first still serves.
        Container target = NewContainer();
        target.Config.ReplaceWith(container.Config.ToJson());
        target.Config.SetText("linux.cgroupsPath", Surroundings.CgroupsPath($"coffer-test-{target.Id}"));
        File.Copy(container.Inside("count"), target.Inside("count"));
        target.WriteConfig();
        int saved = Count(target);
        using Command daemon = LazyPages("--page-server", "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture));
        using Command restore = Scratch.StartOci(Scratch.Options(),
            "restore", "--detach", "--lazy-pages", "--image-path", Images, "--work-path", Work, "--bundle", target.Bundle, target.Id);
        Await(() => restore.HasExited || source.HasExited, "pages were served");
        if (source.HasExited && File.ReadAllText(DumpLog).Contains("page-pipe: splice: -1", StringComparison.Ordinal))
            Assert.Skip("criu 4.1 and 4.2 cannot serve pages on this kernel (page-pipe: splice: EBADF), with runc neither");
        Ok(restore.Wait(Patience));
        WaitForCountAbove(target, saved);
        Ok(source.Wait(Patience));
        daemon.Wait(Patience).Ok();
    }

    [Fact]
    public void Lazy_pages_come_from_images_too()
    {
        Criu.RequireFeature(Scratch, "uffd");
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        int saved = Count(container);
        using Command daemon = LazyPages();
        Ok(Restore(container, "--lazy-pages", "--work-path", Work));
        WaitForCountAbove(container, saved);
        daemon.Wait(Patience).Ok();
    }

    [Fact]
    public void Auto_dedup_is_taken()
    {
        Container container = RunningCounter();
        RoundTrip(container, ["--auto-dedup"], ["--auto-dedup"]);
        WaitForCountAbove(container, Count(container));
    }

    private string Work => Path.Combine(Scratch.Directory, "lazy");

    private Command LazyPages(params string[] options)
    {
        Directory.CreateDirectory(Work);
        Command daemon = Scratch.StartHost([Criu.Path, "lazy-pages", .. options, "--images-dir", Images, "--work-dir", Work]);
        Await(() => File.Exists(Path.Combine(Work, "lazy-pages.socket")), "the daemon listens");
        return daemon;
    }

    private CommandResult Dump(Container container, string name, params string[] options) =>
        Patiently(["checkpoint", "--image-path", Path.Combine(Images, name), .. options, container.Id]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Without connecting, which would be taken for the dump.</summary>
    private static void WaitForListener(int port)
    {
        string local = string.Create(CultureInfo.InvariantCulture, $":{port:X4} ");
        Await(() => File.ReadAllLines("/proc/net/tcp").Any(l => l.Contains(local, StringComparison.Ordinal) && l.Contains(" 0A ", StringComparison.Ordinal)), "the page server listens");
    }
}
