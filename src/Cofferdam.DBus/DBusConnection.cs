using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.DBus;

/// <summary>
/// A connection to a message bus, or to a service that speaks D-Bus without one. Synchronous and for one thread; no call waits
/// longer than its deadline.
/// </summary>
/// <remarks>
/// The empty identity of SASL EXTERNAL makes the server take the one that the kernel gives it, so that a process in a user
/// namespace need not know which uid it has outside (sd-bus does it too).
/// </remarks>
public sealed class DBusConnection : IDisposable
{
    private const string Bus = "org.freedesktop.DBus";
    private const int LongestLine = 4096;
    private const int MostSignals = 10_000;

    private readonly UnixStream _stream;
    private readonly List<DBusMessage> _signals = [];
    private readonly List<byte> _unsent = [];
    private byte[] _buffer = new byte[4096];
    private int _used;
    private uint _serial;

    private DBusConnection(UnixStream stream) => _stream = stream;

    /// <summary>Connects and tells the server who we are.</summary>
    /// <param name="socket">A path, or "@name".</param>
    /// <param name="isBus">Whether a message bus is there, to which each client says Hello.</param>
    /// <param name="deadline">For connecting and authenticating.</param>
    /// <exception cref="LinuxException">There is no server, or it does not answer: ETIMEDOUT.</exception>
    /// <exception cref="CofferdamException">It refuses us.</exception>
    public static DBusConnection Connect(string socket, bool isBus, Deadline deadline)
    {
        UnixStream stream = UnixStream.Connect(socket, deadline.Left);
        try
        {
            DBusConnection connection = new(stream);
            connection.Authenticate(deadline);
            // Its answer, our name on the bus, is of no use; so nobody waits for it, and calls follow at once.
            if (isBus) connection.Queue(BusCall("Hello"));
            return connection;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Has the bus send us signals. Not needed where there is no bus.</summary>
    /// <param name="rule">As dbus-specification's section Match Rules has it.</param>
    /// <remarks>The rule goes out with the next call, and is not answered unless it is wrong.</remarks>
    public void Match(string rule) =>
        Queue(BusCall("AddMatch", DBusValue.Of(rule)) with { NoReplyExpected = true });

    /// <summary>Calls a method and waits for its answer, which may be an error; signals that come first are kept.</summary>
    public DBusMessage Invoke(DBusMessage call, Deadline deadline)
    {
        uint serial = Queue(call);
        Flush(deadline);
        while (true)
        {
            DBusMessage message = Receive(deadline);
            if (message.Type == DBusMessageType.Signal) Keep(message);
            else if (message.ReplySerial == serial) return message;
            else if (message.Type == DBusMessageType.Error) throw Refused(message);
        }
    }

    /// <summary>Waits for a signal that <paramref name="isWanted"/>; drops all others.</summary>
    public DBusMessage WaitForSignal(Func<DBusMessage, bool> isWanted, Deadline deadline)
    {
        DBusMessage? kept = _signals.Find(signal => isWanted(signal));
        _signals.Clear();
        while (kept is null)
        {
            DBusMessage message = Receive(deadline);
            if (message.Type == DBusMessageType.Signal && isWanted(message)) kept = message;
        }

        return kept;
    }

    public void Dispose() => _stream.Dispose();

    private static DBusMessage BusCall(string member, params IReadOnlyList<DBusValue> arguments) =>
        DBusMessage.Call(Bus, "/org/freedesktop/DBus", Bus, member, arguments);

    private void Keep(DBusMessage signal)
    {
        if (_signals.Count == MostSignals) throw DBusReader.Malformed("signals arrive without end in place of an answer");
        _signals.Add(signal);
    }

    private uint Queue(DBusMessage message)
    {
        message = message with { Serial = ++_serial };
        _unsent.AddRange(message.ToBytes());
        return message.Serial;
    }

    private void Flush(Deadline deadline)
    {
        _stream.Write(_unsent.ToArray(), deadline.Left);
        _unsent.Clear();
    }

    private DBusMessage Receive(Deadline deadline)
    {
        Fill(DBusMessage.FixedHeader, deadline);
        int length = DBusMessage.Length(_buffer);
        Fill(length, deadline);
        DBusMessage message = DBusMessage.Parse(_buffer.AsMemory(0, length).ToArray());
        Drop(length);
        return message;
    }

    // dbus-specification, Authentication Protocol. One round trip: the server must not look at what follows before it agrees.
    private void Authenticate(Deadline deadline)
    {
        _stream.Write("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8, deadline.Left);
        string answer = ReadLine(deadline);
        if (answer == "DATA") answer = ReadLine(deadline);
        if (!answer.StartsWith("OK ", StringComparison.Ordinal))
            throw new CofferdamException(ErrorKind.PermissionDenied, $"authentication: answered '{answer}'");
    }

    private string ReadLine(Deadline deadline)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _used).IndexOf("\r\n"u8)) < 0)
        {
            if (_used >= LongestLine) throw DBusReader.Malformed("an endless line in authentication");
            Fill(_used + 1, deadline);
        }

        string line = Encoding.ASCII.GetString(_buffer, 0, end);
        Drop(end + 2);
        return line;
    }

    private void Fill(int wanted, Deadline deadline)
    {
        if (_buffer.Length < wanted) Array.Resize(ref _buffer, Math.Max(wanted, _buffer.Length * 2));
        while (_used < wanted)
        {
            int count = _stream.Read(_buffer.AsSpan(_used), deadline.Left);
            if (count == 0) throw new CofferdamException(ErrorKind.Unavailable, "d-bus connection: closed by the other end");
            _used += count;
        }
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _used - count).CopyTo(_buffer);
        _used -= count;
    }

    // Answers to what was sent without waiting come only when it was refused.
    private static CofferdamException Refused(DBusMessage answer) =>
        new(ErrorKind.Unavailable, $"d-bus: {answer.ErrorName}: {answer.ErrorText()}");
}
