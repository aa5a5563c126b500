using Cofferdam.DBus;
using Cofferdam.Linux;

namespace Cofferdam.Systemd.Tests;

/// <summary>A message bus with a systemd behind it, both as far as one client sees them. Each connection is served until it closes.</summary>
internal sealed class FakeBus : IDisposable
{
    public const string Systemd = ":1.1";

    private readonly string _directory = Directory.CreateTempSubdirectory("coffer-bus-").FullName;
    private readonly OwnedFd _listener;
    private readonly Thread _server;
    private readonly OwnedFd _stop = EventFds.Create();
    private uint _serial;

    public FakeBus()
    {
        Path = System.IO.Path.Combine(_directory, "bus");
        _listener = UnixSockets.Listen(Path, backlog: 1);
        _server = new Thread(Serve) { IsBackground = true };
    }

    public string Path { get; }

    /// <summary>What came in, in its order.</summary>
    public List<DBusMessage> Received { get; } = [];

    /// <summary>What a call of systemd is answered with.</summary>
    public Func<DBusMessage, IEnumerable<DBusMessage>> Answer { get; init; } = _ => [];

    /// <summary>What the authentication is answered with; null for nothing.</summary>
    public string? AuthenticationAnswer { get; init; } = "DATA\r\nOK 1234deadbeef\r\n";

    /// <summary>What is sent in place of answers.</summary>
    public byte[]? Garbage { get; init; }

    /// <summary>Whether it closes the connection when it should answer.</summary>
    public bool HangsUp { get; init; }

    public FakeBus Start()
    {
        _server.Start();
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + Path);
        return this;
    }

    public static DBusMessage Return(DBusMessage call, params DBusValue[] values) =>
        new() { Type = DBusMessageType.Return, ReplySerial = call.Serial, Sender = Systemd, Arguments = values };

    public static DBusMessage Error(DBusMessage call, string name, string text) =>
        new() { Type = DBusMessageType.Error, ReplySerial = call.Serial, Sender = Systemd, ErrorName = name, Arguments = [DBusValue.Of(text)] };

    public static DBusMessage JobRemoved(string job, string unit, string result, string sender = Systemd) => new()
    {
        Type = DBusMessageType.Signal,
        Sender = sender,
        Path = "/org/freedesktop/systemd1",
        Interface = "org.freedesktop.systemd1.Manager",
        Member = "JobRemoved",
        Arguments = [DBusValue.Of(1u), DBusValue.String('o', job), DBusValue.Of(unit), DBusValue.Of(result)],
    };

    public void Dispose()
    {
        EventFds.Add(_stop);
        if (_server.IsAlive) _server.Join();
        _listener.Dispose();
        _stop.Dispose();
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", null);
        Directory.Delete(_directory, recursive: true);
    }

    private void Serve()
    {
        while (IsReadable(_listener))
        {
            using OwnedFd client = UnixSockets.Accept(_listener);
            try
            {
                Talk(client);
            }
            catch (LinuxException)
            {
                // The client is gone.
            }
        }
    }

    private void Talk(OwnedFd client)
    {
        byte[] begin = new byte["\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n".Length];
        if (!TryFill(client, begin)) return;
        Assert.Equal("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8.ToArray(), begin);
        if (AuthenticationAnswer is not null) Files.WriteAll(client, System.Text.Encoding.ASCII.GetBytes(AuthenticationAnswer));
        while (TryRead(client) is { } call)
        {
            lock (Received) Received.Add(call);
            if (HangsUp) return;
            if (Garbage is not null)
            {
                Files.WriteAll(client, Garbage);
                continue;
            }

            foreach (DBusMessage answer in AnswerOf(call)) Files.WriteAll(client, (answer with { Serial = ++_serial }).ToBytes());
        }
    }

    private IEnumerable<DBusMessage> AnswerOf(DBusMessage call) => call.Member switch
    {
        "Hello" => [Return(call, DBusValue.Of(":1.42"))],
        "AddMatch" => [],
        _ => Answer(call),
    };

    private DBusMessage? TryRead(OwnedFd client)
    {
        byte[] header = new byte[DBusMessage.FixedHeader];
        if (!TryFill(client, header)) return null;
        byte[] message = new byte[DBusMessage.Length(header)];
        header.CopyTo(message, 0);
        return TryFill(client, message.AsSpan(header.Length)) ? DBusMessage.Parse(message) : null;
    }

    private bool TryFill(OwnedFd client, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (!IsReadable(client)) return false;
            int count = Files.Read(client, buffer);
            if (count == 0) return false;
            buffer = buffer[count..];
        }

        return true;
    }

    private bool IsReadable(OwnedFd file)
    {
        PollItem[] items = [new(_stop, PollEvents.Readable), new(file, PollEvents.Readable)];
        Poll.Wait(items);
        return items[0].Ready == PollEvents.None;
    }
}
