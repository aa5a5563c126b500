using System.Globalization;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>What is around the processes: mounts, namespaces, terminals, streams.</summary>
public sealed class SurroundingsTests : CheckpointTest
{
    [Fact]
    [Trait("Guest", "CI")]
    public void Bind_mounts_are_bound_anew_from_where_the_bundle_says()
    {
        string data = MakeDirectory("data"), other = MakeDirectory("other"), nested = MakeDirectory("nested");
        File.WriteAllText(Path.Combine(data, "file"), "host");
        File.CreateSymbolicLink(Path.Combine(Scratch.Directory, "link"), data);
        Container container = Counter();
        Directory.CreateSymbolicLink(container.Inside("way"), "/tmp");
        container.Config.Mount("/data", "bind", Path.Combine(Scratch.Directory, "link"), "rbind", "rprivate", "ro")
            .Mount("/data/nested", "bind", nested, "bind", "rprivate", "rw")
            .Mount("/way/there", "bind", data, "bind", "rprivate")
            .Mount("/etc/hosts", "bind", Path.Combine(data, "file"), "bind", "rprivate");
        Directory.CreateDirectory(Path.Combine(data, "nested"));
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        string before = Mounts(container);
        Ok(Checkpoint(container));
        File.WriteAllText(Path.Combine(other, "file"), "elsewhere");
        container.Config.Set("mounts[7].source", $"\"{other}\"");
        container.Config.Set("mounts[8].source", $"\"{other}\"");
        Assert.Equal("/way/there", (string?)container.Config.Root["mounts"]![8]!["destination"]);
        container.Config.Set("mounts[7].source", $"\"{nested}\"");
        container.WriteConfig();
        Ok(Restore(container));
        Assert.Equal("host", container.ExecSh("cat /data/file"));
        Assert.Equal("elsewhere", container.ExecSh("cat /tmp/there/file"));
        Assert.Equal("host", container.ExecSh("cat /etc/hosts"));
        Assert.Equal("refused", container.ExecSh("touch /data/x 2>/dev/null || echo refused"));
        Assert.Equal(before, Mounts(container));
        container.ExecSh("touch /data/nested/new");
        Assert.True(File.Exists(Path.Combine(nested, "new")));
    }

    [Fact]
    public void Masks_and_read_only_paths_stay()
    {
        Container container = RunningCounter();
        string before = Mounts(container);
        RoundTrip(container);
        Assert.Equal(before, Mounts(container));
        Assert.Equal("0", container.ExecSh("cat /proc/keys | wc -c"));
        Assert.Equal("0", container.ExecSh("ls /sys/firmware | wc -l"));
        Assert.Equal("refused", container.ExecSh("(echo 1 > /proc/sys/kernel/panic) 2>/dev/null || echo refused"));
    }

    [Fact]
    public void The_content_of_a_tmpfs_comes_back()
    {
        Container container = Counter();
        container.Config.Mount("/scratch", "tmpfs", "tmpfs", "size=1m");
        container.CreatedAndStarted();
        container.ExecSh("mkdir /scratch/d; echo kept > /scratch/d/f; echo kept > /dev/shm/f");
        RoundTrip(container);
        Assert.Equal("kept\nkept", container.ExecSh("cat /scratch/d/f /dev/shm/f"));
    }

    [Fact]
    public void Missing_mount_points_are_made_in_a_fresh_root()
    {
        Container container = RunningCounter();
        Ok(Checkpoint(container));
        foreach (string name in new[] { "proc", "sys", "dev" })
            Directory.Delete(container.Inside(name), recursive: true);
        Ok(Restore(container));
        WaitForCountAbove(container, Count(container));
    }

    [Fact]
    public void A_network_namespace_by_path_is_joined_and_not_saved()
    {
        string name = Scratch.Tag;
        Scratch.Host("ip", "netns", "add", name).Ok();
        Scratch.OnClose(() => Scratch.Host("ip", "netns", "del", name));
        Container container = Counter();
        container.Config.Namespace("network", $"/var/run/netns/{name}");
        container.CreatedAndStarted();
        string before = Processes.Namespace(container.Pid(), "net");
        WaitForCountAbove(container, 2);
        RoundTrip(container);
        Assert.Equal(before, Processes.Namespace(container.Pid(), "net"));
    }

    [Fact]
    public void Other_namespaces_by_path_are_joined()
    {
        Container holder = NewContainer().Running();
        Container container = Counter();
        foreach (string kind in new[] { "ipc", "uts" })
            container.Config.Namespace(kind, $"/proc/{holder.Pid()}/ns/{kind}");
        container.Config.Remove("hostname");
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        RoundTrip(container);
        foreach (string kind in new[] { "ipc", "uts" })
            Assert.Equal(Processes.Namespace(holder.Pid(), kind), Processes.Namespace(container.Pid(), kind));
    }

    [Fact]
    public void Its_own_network_namespace_comes_back_with_loopback_on()
    {
        Container container = RunningCounter();
        RoundTrip(container);
        Assert.Contains("127.0.0.1", container.ExecSh("ifconfig lo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_as_streams_are_replaced_by_those_of_the_restore()
    {
        Container container = NewContainer("sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; read word && echo got $word; usleep 20000; done");
        container.WriteConfig();
        string first = Path.Combine(Scratch.Directory, "first"), second = Path.Combine(Scratch.Directory, "second");
        // A pipeline whose ends stay open until the test ends.
        using Command pipeline = Scratch.StartHost("sh", "-c",
            $"(while :; do sleep 0.05; echo early; done) | {string.Join(' ', Scratch.RuntimeArgv(["run", "--bundle", container.Bundle, container.Id]))} 2>&1 | cat > {first}");
        Await(() => File.Exists(first) && File.ReadAllText(first).Contains("got early", StringComparison.Ordinal), "the first pipe carries");
        Ok(Checkpoint(container));
        using Command again = Scratch.StartHost("sh", "-c",
            $"(while :; do sleep 0.05; echo later; done) | {string.Join(' ', Scratch.RuntimeArgv(["restore", "--image-path", Images, "--bundle", container.Bundle, container.Id]))} 2>&1 | cat > {second}");
        Await(() => File.Exists(second) && File.ReadAllText(second).Contains("got later", StringComparison.Ordinal), "the second pipe carries");
        Assert.DoesNotContain("line 1\n", File.ReadAllText(second), StringComparison.Ordinal);
        // What was printed by the restored program was printed by a container with its record.
        container.Kill("KILL").Ok();
    }

    [Fact]
    public void Files_of_the_host_as_streams_are_replaced_by_those_of_the_restore()
    {
        Container container = NewContainer("sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; usleep 20000; done");
        container.WriteConfig();
        string first = Path.Combine(Scratch.Directory, "first"), second = Path.Combine(Scratch.Directory, "second");
        Scratch.Host("sh", "-c", $"{string.Join(' ', Scratch.RuntimeArgv(["run", "-d", "--bundle", container.Bundle, container.Id]))} >>{first} 2>&1 </dev/null").Ok();
        Await(() => File.ReadAllText(first).Contains("line 3\n", StringComparison.Ordinal), "the first file is written");
        Ok(Checkpoint(container));
        string saved = File.ReadAllText(first);
        Scratch.Host("sh", "-c", $"{string.Join(' ', Scratch.RuntimeArgv(["restore", "-d", "--image-path", Images, "--bundle", container.Bundle, container.Id]))} >>{second} 2>&1 </dev/null").Ok();
        Await(() => File.ReadAllText(second).Contains("line ", StringComparison.Ordinal), "the second file is written");
        Assert.DoesNotContain("line 1\n", File.ReadAllText(second), StringComparison.Ordinal);
        Assert.Equal(saved, File.ReadAllText(first));
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void A_terminal_comes_back_through_the_console_socket()
    {
        Container container = NewContainer("sh", "-c", "i=0; while read word; do i=$((i+1)); echo $i: $word; done");
        container.Config.Set("process.terminal", "true");
        container.WriteConfig();
        using (Pty console = Launch(container, "create", "--bundle", container.Bundle))
        {
            container.Start().Ok();
            console.Write("one\n");
            console.ReadUntil("1: one", (int)Patience.TotalSeconds);
            Ok(Checkpoint(container));
        }
        using Pty restored = Launch(container, "restore", "--detach", "--image-path", Images, "--bundle", container.Bundle);
        restored.Write("two\n");
        restored.ReadUntil("2: two", (int)Patience.TotalSeconds);
        Assert.Equal("terminal", container.ExecSh("test -c /dev/console && echo terminal"));
    }

    [Fact]
    public void A_terminal_comes_back_in_the_foreground()
    {
        Container container = NewContainer("sh", "-c", "i=0; while read word; do i=$((i+1)); echo $i: $word; done; exit 5");
        container.Config.Set("process.terminal", "true");
        using (var pty = Pty.Open())
        using (Command run = container.StartRun(Scratch.Options(terminal: pty.SlavePath)))
        {
            pty.Write("one\n");
            pty.ReadUntil("1: one", (int)Patience.TotalSeconds);
            Ok(Checkpoint(container));
            run.Wait(Patience).Exits(137);
        }
        using var again = Pty.Open();
        using Command restore = Scratch.StartOci(Scratch.Options(terminal: again.SlavePath), "restore", "--image-path", Images, "--bundle", container.Bundle, container.Id);
        again.Write("two\n");
        again.ReadUntil("2: two", (int)Patience.TotalSeconds);
        again.Write("\u0004");
        restore.Wait(Patience).Exits(5);
    }

    [Fact]
    public void A_process_made_by_exec_is_named_as_not_saved()
    {
        Container container = RunningCounter();
        string file = Path.Combine(Scratch.Directory, "inner");
        Patiently("exec", "-d", "--pid-file", file, container.Id, "sh", "-c", "exec >/dev/null 2>&1 </dev/null; sleep 1000").Ok();
        CommandResult saved = Checkpoint(container, "--leave-running");
        Ok(saved);
        Assert.Contains($"process {File.ReadAllText(file)} was made by exec and is not saved", saved.Stderr, StringComparison.Ordinal);
    }

    private Pty Launch(Container container, string command, params string[] options)
    {
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "console.sock"));
        using Command launch = Scratch.StartOci(Scratch.Options(), [command, .. options, "--console-socket", receiver.Path, container.Id]);
        (_, IReadOnlyList<int> fds) = receiver.Receive((int)Patience.TotalSeconds);
        Ok(launch.Wait(Patience));
        return new Pty(Assert.Single(fds));
    }

    private string MakeDirectory(string name) => Directory.CreateDirectory(Path.Combine(Scratch.Directory, name)).FullName;

    /// <summary>Places, kinds and options; numbers and order differ after a restore.</summary>
    private static string Mounts(Container container) => string.Join('\n', container.ExecSh("cat /proc/self/mountinfo").Split('\n')
        .Select(line => line.Split(' ')).Select(f => $"{f[4]} {f[5]} {f[Array.IndexOf(f, "-") + 1]}").Order());
}
