using System.Text;

namespace Cofferdam.Linux.Tests;

public sealed class UnixSocketsTests
{
    [Fact]
    public void Messages_keep_their_borders_and_carry_descriptors()
    {
        (OwnedFd first, OwnedFd second) = UnixSockets.SeqPacketPair();
        using (first)
        using (second)
        {
            using OwnedFd memfd = Memfds.FromContent("sent", "hello"u8);
            UnixSockets.SendFd(first, "one"u8, memfd.Fd, 1);
            UnixSockets.SendFd(first, "two"u8);
            List<OwnedFd> fds = [];
            byte[] buffer = new byte[16];
            Assert.Equal(3, UnixSockets.Receive(second, buffer, fds));
            Assert.Equal(2, fds.Count);
            Assert.Equal("hello", Encoding.UTF8.GetString(Files.ReadAll(fds[0])));
            Assert.True(Files.Stat(fds[0]).IsSameFile(Files.Stat(memfd)));
            Assert.Contains("02", Files.ReadText($"/proc/self/fdinfo/{fds[1].Fd}"), StringComparison.Ordinal);
            Assert.Equal("two", Encoding.UTF8.GetString(buffer, 0, UnixSockets.Receive(second, buffer, fds)));
            Assert.Equal(2, fds.Count);
            first.Dispose();
            Assert.Equal(0, UnixSockets.Receive(second, buffer, fds));
            fds.ForEach(f => f.Dispose());
        }
    }

    [Fact]
    public void A_full_load_of_descriptors_arrives_and_one_more_is_refused()
    {
        (OwnedFd first, OwnedFd second) = UnixSockets.SeqPacketPair();
        int[] many = new int[253];
        Array.Fill(many, first.Fd);
        UnixSockets.SendFd(first, "x"u8, many);
        List<OwnedFd> fds = [];
        Assert.Equal(1, UnixSockets.Receive(second, new byte[1], fds));
        Assert.Equal(253, fds.Count);
        fds.ForEach(f => f.Dispose());
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => UnixSockets.SendFd(first, "x"u8, new int[254])).Errno);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public void A_message_larger_than_the_buffer_is_refused_and_its_descriptors_closed()
    {
        (OwnedFd first, OwnedFd second) = UnixSockets.SeqPacketPair();
        (OwnedFd read, OwnedFd write) = Pipes.Create();
        UnixSockets.SendFd(first, "too long"u8, write.Fd);
        write.Dispose();
        List<OwnedFd> fds = [];
        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<LinuxException>(() => UnixSockets.Receive(second, new byte[3], fds)).Errno);
        Assert.Empty(fds);
        // The pipe has no writer left: the received copy was closed.
        Assert.Equal(0, Files.Read(read, new byte[1]));
        foreach (OwnedFd fd in new[] { first, second, read }) fd.Dispose();
    }

    [Theory]
    [InlineData(107, 20)]
    [InlineData(108, 20)]
    [InlineData(200, 20)]
    [InlineData(1000, 250)]
    public void Sockets_have_paths_of_any_length(int length, int nameLength)
    {
        using TemporaryDirectory directory = new();
        string path = LongPath(directory.Path, length, nameLength);
        using OwnedFd listener = UnixSockets.Listen(path);
        Assert.Equal(FileType.Socket, Files.Stat(path).Type);
        Assert.Single(Files.ReadDirectory(Path.GetDirectoryName(path)!));
        using OwnedFd client = UnixSockets.Connect(path);
        using OwnedFd server = UnixSockets.Accept(listener);
        UnixSockets.SendFd(client, "hello"u8, client.Fd);
        List<OwnedFd> fds = [];
        Assert.Equal(5, UnixSockets.Receive(server, new byte[10], fds));
        fds.Single().Dispose();
        PeerCredentials peer = UnixSockets.PeerCredentials(server);
        Assert.Equal((Processes.CurrentId, Processes.EffectiveUid, Processes.EffectiveGid), (peer.Pid, peer.Uid, peer.Gid));
        Assert.Equal(Errno.EADDRINUSE, Assert.Throws<LinuxException>(() => UnixSockets.Listen(path)).Errno);
        Assert.Single(Files.ReadDirectory(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Connect_names_the_path_that_nobody_listens_at()
    {
        LinuxException failure = Assert.Throws<LinuxException>(() => UnixSockets.Connect("/nonexistent/socket"));
        Assert.Equal("connect '/nonexistent/socket': ENOENT (no such file or directory)", failure.Message);
    }

    [Fact]
    public void A_large_payload_on_a_stream_arrives_whole()
    {
        (OwnedFd first, OwnedFd second) = UnixSockets.StreamPair();
        byte[] payload = new byte[1 << 20];
        Random.Shared.NextBytes(payload);
        Thread sender = new(() =>
        {
            UnixSockets.SendFd(first, payload, 0);
            first.Dispose();
        });
        sender.Start();
        List<OwnedFd> fds = [];
        List<byte> received = [];
        byte[] buffer = new byte[65536];
        for (int count; (count = UnixSockets.Receive(second, buffer, fds)) > 0;) received.AddRange(buffer[..count]);
        sender.Join();
        Assert.True(payload.AsSpan().SequenceEqual(received.ToArray()));
        Assert.Single(fds).Dispose();
        second.Dispose();
    }

    private static string LongPath(string parent, int length, int nameLength)
    {
        string path = parent;
        while (path.Length + 1 + nameLength < length)
        {
            int room = length - path.Length - nameLength - 2;
            if (room <= 0) break;
            path += "/" + new string('d', Math.Min(room, 200));
            Files.Mkdir(null, path, 0x1c0);
        }

        return path + "/" + new string('s', length - path.Length - 1);
    }
}
