using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests.Wire;

/// <summary>containerd's CRI plugin, called as the kubelet does: gRPC over its socket.</summary>
internal sealed class CriConnection : IDisposable
{
    private const int HeaderSize = 5;

    private readonly HttpClient _client;

    public CriConnection(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>Calls, and calls again while the plugin says that it still begins.</summary>
    public ProtobufFields Call(string method, ProtobufMessage request)
    {
        (string Status, string Error, byte[] Message) answer = default;
        Eventually.True(() => !(answer = CallOnce(method, request).GetAwaiter().GetResult()).Error.Contains("not initialized", StringComparison.Ordinal), "the plugin is ready");
        Assert.True(answer.Status == "0", $"{method}: status {answer.Status}: {answer.Error}");
        return new ProtobufFields(answer.Message.AsSpan(HeaderSize));
    }

    public void Dispose() => _client.Dispose();

    private async Task<(string Status, string Error, byte[] Message)> CallOnce(string method, ProtobufMessage request)
    {
        byte[] message = request.ToArray(), frame = new byte[HeaderSize + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, HeaderSize);
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/runtime.v1.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage response = await _client.SendAsync(call);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        return (Value(response, "grpc-status"), Uri.UnescapeDataString(Value(response, "grpc-message")), content);
    }

    // Where there is no message, the trailers are headers.
    private static string Value(HttpResponseMessage response, string name) =>
        (response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)) ? string.Concat(values) : "";
}
