using System.Buffers.Binary;
using System.Net.Sockets;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>Stands in for containerd where shims send their events: it can be away for a while.</summary>
internal sealed class EventSink(string path) : IDisposable
{
    private readonly List<string> _topics = [];
    private readonly List<Socket> _clients = [];
    private Socket? _listener;

    public string Path => path;

    /// <summary>What came so far: <c>/tasks/exit</c>, as it was sent.</summary>
    public IReadOnlyList<string> Topics
    {
        get
        {
            lock (_topics)
                return [.. _topics];
        }
    }

    public void Open()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        Socket listener = _listener;
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    public void AwaitTopics(params string[] wanted) =>
        Eventually.True(() => Topics.SequenceEqual(wanted), $"the events {string.Join(", ", wanted)}; seen: {string.Join(", ", Topics)}", seconds: 30);

    /// <summary>Goes away, as a containerd that was killed.</summary>
    public void Close()
    {
        _listener?.Dispose();
        lock (_topics)
            _clients.ForEach(c => c.Dispose());
        File.Delete(path);
    }

    public void Dispose() => Close();

    private void Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket client = listener.Accept();
                lock (_topics)
                    _clients.Add(client);
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Closed with the test.
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            Answer(client);
        }
        catch (IOException)
        {
            // Closed with the sink.
        }
    }

    private void Answer(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        byte[] header = new byte[10];
        while (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            byte[] body = new byte[BinaryPrimitives.ReadUInt32BigEndian(header)];
            stream.ReadExactly(body);
            // Request.payload is a ForwardRequest, whose first field is the Envelope.
            ProtobufFields envelope = new ProtobufFields(body).Message(3).Message(1);
            lock (_topics)
                _topics.Add(envelope.Text(3));
            byte[] answer = new ProtobufMessage().Bytes(2, []).ToArray();
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)answer.Length);
            header[8] = 2;
            header[9] = 0;
            stream.Write([.. header, .. answer]);
        }
    }
}
