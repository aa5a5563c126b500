using System.Net.Sockets;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class DescriptorTests : BlackBoxTest
{
    // The listing itself opens one descriptor, which is gone when its name is printed.
    private const string ListFds = "for f in /proc/self/fd/*; do [ -e $f ] && echo ${f##*/}; done; true";

    [Fact]
    public void The_program_gets_three_descriptors_and_no_other()
    {
        Container container = NewContainer();
        container.Config.Args("ls", "/proc/self/fd");
        string list = container.Run(Scratch.Options(prelude: "exec 7</etc/hostname 9</dev/null")).Ok().Output;
        // ls has the directory open as the fourth.
        Assert.Equal("0 1 2 3", string.Join(' ', list.Split('\n')));
    }

    [Fact]
    public void Preserve_fds_passes_the_first_ones_after_the_standard_streams()
    {
        Container container = NewContainer("sh", "-c", "cat <&3; cat <&4; cat <&5 2>/dev/null || echo closed");
        string one = Path.Combine(Scratch.Directory, "one"), two = Path.Combine(Scratch.Directory, "two");
        File.WriteAllText(one, "1\n");
        File.WriteAllText(two, "2\n");
        Assert.Equal("1\n2\nclosed", container.Run(Scratch.Options(prelude: $"exec 3<{one} 4<{two} 5<{one}"), "--preserve-fds", "2").Ok().Output);
    }

    [Fact]
    public void Preserve_fds_works_with_create_and_start()
    {
        Container container = NewContainer("sh", "-c", "cat <&3 >/got");
        string one = Path.Combine(Scratch.Directory, "one");
        File.WriteAllText(one, "1\n");
        container.Create(Scratch.Options(prelude: $"exec 3<{one}"), "--preserve-fds", "1").Ok();
        container.Start().Ok();
        container.WaitForStatus("stopped");
        Assert.Equal("1\n", File.ReadAllText(container.Inside("got")));
    }

    [Fact]
    public void Listen_fds_are_passed_with_their_variables()
    {
        Container container = NewContainer("sh", "-c", "echo $LISTEN_FDS $LISTEN_PID; cat <&3");
        string one = Path.Combine(Scratch.Directory, "one");
        File.WriteAllText(one, "activated\n");
        Assert.Equal("1 1\nactivated", container.Run(Scratch.Options(prelude: $"exec 3<{one}; export LISTEN_FDS=1; export LISTEN_PID=$$")).Ok().Output);
    }

    [Fact]
    public void Exec_passes_preserved_descriptors()
    {
        Container container = NewContainer().Running();
        string one = Path.Combine(Scratch.Directory, "one");
        File.WriteAllText(one, "1\n");
        Assert.Equal("1", Scratch.Oci(Scratch.Options(prelude: $"exec 3<{one}"), "exec", "--preserve-fds", "1", container.Id, "sh", "-c", "cat <&3").Ok().Output);
    }

    [Fact]
    public void Exec_leaves_no_descriptor_of_the_host_in_its_program()
    {
        Container container = NewContainer().Running();
        string list = Scratch.Oci(Scratch.Options(prelude: "exec 5</etc/hostname"), "exec", container.Id, "sh", "-c", ListFds).Ok().Output;
        Assert.DoesNotContain("5", list.Split('\n'));
        Assert.DoesNotContain("4", list.Split('\n'));
    }

    [Fact]
    public void Preserving_a_descriptor_that_is_not_open_is_refused()
    {
        Container container = NewContainer("true");
        Assert.NotEqual(0, container.Run("--preserve-fds", "5").ExitCode);
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void The_pidfd_socket_receives_a_pidfd_of_init()
    {
        Container container = NewContainer("true");
        using var receiver = new FdReceiver(Path.Combine(Scratch.Directory, "pidfd.sock"));
        using Command create = Scratch.StartOci(Scratch.Options(), Written(container, "create", "--pidfd-socket", receiver.Path));
        (_, IReadOnlyList<int> fds) = receiver.Receive();
        create.Wait().Ok();
        string info = File.ReadAllText($"/proc/self/fdinfo/{Assert.Single(fds)}");
        Assert.Contains($"Pid:\t{container.Pid()}\n", info, StringComparison.Ordinal);
        Libc.close(fds[0]);
    }

    private static string[] Written(Container container, string verb, params string[] options)
    {
        container.WriteConfig();
        return [verb, "--bundle", container.Bundle, .. options, container.Id];
    }

    [Fact]
    public void A_ready_message_of_the_program_reaches_the_hosts_notify_socket()
    {
        Container container = NewContainer("sh", "-c", "echo $NOTIFY_SOCKET >/where; while [ ! -e /go ]; do usleep 5000; done");
        string path = Path.Combine(Scratch.Directory, "notify.sock");
        using Socket host = Datagram();
        host.Bind(new UnixDomainSocketEndPoint(path));
        using Command run = container.StartRun(Scratch.Options(prelude: $"export NOTIFY_SOCKET={path}"));
        Eventually.True(() => File.Exists(container.Inside("where")) && File.ReadAllText(container.Inside("where")).Length > 5, "the program started");
        using (Socket inside = Datagram())
        {
            string socket = $"/proc/{container.Pid()}/root{File.ReadAllText(container.Inside("where")).Trim()}";
            inside.SendTo("READY=1\n"u8, SocketFlags.None, new UnixDomainSocketEndPoint(socket));
        }
        Assert.True(host.Poll(TimeSpan.FromSeconds(10 * Surroundings.Patience), SelectMode.SelectRead), "the host's socket got a message");
        byte[] buffer = new byte[4096];
        Assert.Contains("READY=1", System.Text.Encoding.UTF8.GetString(buffer, 0, host.Receive(buffer)), StringComparison.Ordinal);
        File.WriteAllText(container.Inside("go"), "");
        run.Wait().Ok();
    }

    private static Socket Datagram() => new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
}
