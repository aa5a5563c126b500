using System.Globalization;
using Cofferdam.Testing;

namespace Cofferdam.Checkpoint.Tests;

/// <summary>From one host to another, played by two state roots and two bundles.</summary>
public sealed class MigrationTests : CheckpointTest
{
    /// <summary>Prints the next number for each line that it is sent, over one connection.</summary>
    private const string ServerScript = """
        use Socket; $| = 1;
        socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
        bind(S, sockaddr_in(7777, INADDR_ANY)) or die; listen(S, 1); open(R, ">/ready"); close R;
        accept(C, S); $n = 0; while (sysread(C, $b, 100) > 0) { $n++; syswrite(C, "$n\n"); }
        """;

    [Fact]
    [Trait("Guest", "CI")]
    public void A_counter_moves_to_another_root_and_bundle()
    {
        Container source = RunningCounter();
        Ok(Checkpoint(source));
        int saved = Count(source);
        Container target = Elsewhere(source);
        File.Copy(source.Inside("count"), target.Inside("count"), overwrite: true);
        Scratch.Host("rm", "-rf", source.Bundle).Ok();
        Ok(Restore(target));
        WaitForCountAbove(target, saved);
        Assert.Equal(target.Bundle, (string?)target.State()["bundle"]);
    }

    [Fact]
    public void A_TCP_connection_inside_the_container_survives()
    {
        Container container = WithHostPrograms(NewContainer("sh", "-c",
            $"exec >/dev/null 2>&1 </dev/null; /usr/bin/perl /server & while [ ! -e /ready ]; do usleep 20000; done; exec /usr/bin/perl /client"));
        File.WriteAllText(container.Inside("server"), ServerScript);
        File.WriteAllText(container.Inside("client"), """
            use Socket; socket(C, PF_INET, SOCK_STREAM, 0); connect(C, sockaddr_in(7777, INADDR_LOOPBACK)) or die;
            while (1) { syswrite(C, "x"); sysread(C, $b, 100) or die; open(F, ">/count.new"); print F $b; close F; rename("/count.new", "/count"); select(undef, undef, undef, 0.02); }
            """);
        container.CreatedAndStarted();
        WaitForCountAbove(container, 2);
        Checkpoint(container).Fails(1, "tcp");
        Ok(Checkpoint(container, "--tcp-established"));
        int saved = Count(container);
        Ok(Restore(container, "--tcp-established"));
        WaitForCountAbove(container, saved);
    }

    [Fact]
    [Trait("Guest", "CI")]
    public void A_TCP_connection_with_the_outside_survives()
    {
        // The container's network namespace is there before and after, as a pod's is.
        string name = Scratch.Tag, outside = $"h{Scratch.Tag}"[..Math.Min(15, Scratch.Tag.Length + 1)], inside = "eth0";
        Scratch.Host("ip", "netns", "add", name).Ok();
        Scratch.OnClose(() => Scratch.Host("ip", "netns", "del", name));
        foreach (string step in new[]
        {
            $"ip link add {outside} type veth peer name {inside} netns {name}",
            $"ip addr add 10.219.77.1/30 dev {outside}", $"ip link set {outside} up",
            $"ip -n {name} addr add 10.219.77.2/30 dev {inside}", $"ip -n {name} link set {inside} up", $"ip -n {name} link set lo up",
        })
            Scratch.Host(step.Split(' ')).Ok();
        Container container = WithHostPrograms(NewContainer("sh", "-c", "exec >/dev/null 2>&1 </dev/null; exec /usr/bin/perl /server"));
        container.Config.Namespace("network", $"/var/run/netns/{name}");
        File.WriteAllText(container.Inside("server"), ServerScript);
        container.CreatedAndStarted();
        Await(() => File.Exists(container.Inside("ready")), "the server listens");
        using var client = new System.Net.Sockets.TcpClient();
        client.Connect("10.219.77.2", 7777);
        Assert.Equal(1, Ask(client));
        Assert.Equal(2, Ask(client));
        Ok(Checkpoint(container, "--tcp-established"));
        Ok(Restore(container, "--tcp-established"));
        Assert.Equal(3, Ask(client));
        Assert.Equal(4, Ask(client));
    }

    private static int Ask(System.Net.Sockets.TcpClient client)
    {
        byte[] answer = new byte[100];
        client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        client.GetStream().Write("x"u8);
        int length = client.GetStream().Read(answer);
        return int.Parse(System.Text.Encoding.ASCII.GetString(answer, 0, length).Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>The same container on the other host.</summary>
    private Container Elsewhere(Container source)
    {
        Scratch.Root = Path.Combine(Scratch.Directory, "root-of-another-host");
        Container target = NewContainer();
        target.Config.ReplaceWith(source.Config.ToJson());
        target.Config.SetText("linux.cgroupsPath", Surroundings.CgroupsPath($"coffer-test-{target.Id}"));
        target.WriteConfig();
        return target;
    }
}
