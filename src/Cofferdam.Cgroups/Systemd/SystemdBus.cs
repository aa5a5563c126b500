using Cofferdam.DBus;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>
/// systemd's manager over D-Bus (org.freedesktop.systemd1(5)). All that is done with one object is over at its deadline.
/// </summary>
/// <remarks>
/// A start costs three messages to the bus (Hello, AddMatch, StartTransientUnit) and four from it (two for Hello, the answer,
/// JobRemoved of our unit only). systemd sends JobRemoved to the bus for a job of whoever asked for it, so there is no Subscribe,
/// after which it would send every change of every unit.
/// </remarks>
internal sealed class SystemdBus : IDisposable
{
    private const string Service = "org.freedesktop.systemd1";
    private const string Root = "/org/freedesktop/systemd1";
    private const string Manager = "org.freedesktop.systemd1.Manager";
    private const string Replace = "replace";

    private readonly DBusConnection _connection;
    private readonly Deadline _deadline;
    private readonly bool _isBus;
    private readonly bool _isUser;

    private SystemdBus(DBusConnection connection, Deadline deadline, bool isBus, bool isUser)
    {
        _connection = connection;
        _deadline = deadline;
        _isBus = isBus;
        _isUser = isUser;
    }

    /// <summary>Connects to the system's manager, or to the user's.</summary>
    /// <param name="isUser">Which one.</param>
    /// <param name="limit">For all that is done with the object.</param>
    public static SystemdBus Connect(bool isUser, TimeSpan limit)
    {
        Deadline deadline = Deadline.In(limit);
        LinuxException? first = null;
        foreach ((string socket, bool isBus) in SystemdAddress.Sockets(isUser))
        {
            try
            {
                return new SystemdBus(DBusConnection.Connect(socket, isBus, deadline), deadline, isBus, isUser);
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ECONNREFUSED or Errno.EACCES)
            {
                first ??= e;
            }
            catch (Exception e) when (e is LinuxException or CofferdamException)
            {
                throw Explain(e, isUser, deadline, $"connecting to '{socket}'");
            }
        }

        throw Explain(first!, isUser, deadline, "connecting");
    }

    /// <summary>Makes a unit and waits until it is there.</summary>
    /// <exception cref="CofferdamException">
    /// <see cref="ErrorKind.AlreadyExists"/>; <see cref="ErrorKind.DeadlineExceeded"/>: then the unit may come into being later,
    /// without a process, which ends it.
    /// </exception>
    public void Start(string unit, UnitProperties properties)
    {
        bool wasReset = false;
        WatchJobs(unit);
        while (true)
        {
            DBusMessage answer = Invoke(
                $"starting unit '{unit}'", "StartTransientUnit", DBusValue.Of(unit), DBusValue.Of(Replace), properties.ToArray(), DBusValue.Array("(sa(sv))"));
            if (answer.Type == DBusMessageType.Return)
            {
                WaitForJob($"starting unit '{unit}'", unit, answer);
                return;
            }

            if (TryDrop(properties, answer)) continue;
            if (answer.ErrorName != "org.freedesktop.systemd1.UnitExists") throw Refused($"starting unit '{unit}'", answer);
            // One that failed is kept for the administrator to look at, and so its name is taken.
            if (wasReset) throw new CofferdamException(ErrorKind.AlreadyExists, $"{Who(_isUser)}: starting unit '{unit}': {Text(answer)} (hint: another container may have the same linux.cgroupsPath)");
            wasReset = true;
            Invoke($"resetting unit '{unit}'", "ResetFailedUnit", DBusValue.Of(unit));
        }
    }

    /// <summary>Changes properties of a unit until the machine is restarted.</summary>
    public void SetProperties(string unit, UnitProperties properties)
    {
        while (properties.All.Count > 0)
        {
            DBusMessage answer = Invoke($"changing unit '{unit}'", "SetUnitProperties", DBusValue.Of(unit), DBusValue.Of(true), properties.ToArray());
            if (answer.Type == DBusMessageType.Return) return;
            if (!TryDrop(properties, answer)) throw Refused($"changing unit '{unit}'", answer);
        }
    }

    /// <summary>Ends a unit and waits until it is gone; one that does not exist is.</summary>
    public void Stop(string unit)
    {
        WatchJobs(unit);
        DBusMessage answer = Invoke($"stopping unit '{unit}'", "StopUnit", DBusValue.Of(unit), DBusValue.Of(Replace));
        if (answer.Type == DBusMessageType.Return) WaitForJob($"stopping unit '{unit}'", unit, answer);
        else if (answer.ErrorName != "org.freedesktop.systemd1.NoSuchUnit") throw Refused($"stopping unit '{unit}'", answer);
    }

    /// <summary>Moves a process into a unit, or into a cgroup below that of the unit, which systemd may do where we may not.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="subgroup">Below it; empty or absolute.</param>
    /// <param name="pid">A process of the same user.</param>
    public void Attach(string unit, string subgroup, int pid)
    {
        string what = $"moving process {pid} into unit '{unit}'";
        DBusMessage answer = Invoke(
            what, "AttachProcessesToUnit", DBusValue.Of(unit), DBusValue.Of(subgroup), DBusValue.Array("u", DBusValue.Of((uint)pid)));
        if (answer.Type != DBusMessageType.Return) throw Refused(what, answer);
    }

    /// <summary>The cgroup of a slice, below the root that systemd sees.</summary>
    public string ReadSliceCgroup(string slice)
    {
        string what = $"asking for the cgroup of '{slice}'";
        DBusMessage answer = Invoke(what, DBusMessage.Call(
            Service, UnitPath(slice), "org.freedesktop.DBus.Properties", "Get", DBusValue.Of("org.freedesktop.systemd1.Slice"), DBusValue.Of("ControlGroup")));
        if (answer.Type != DBusMessageType.Return) throw Refused(what, answer);
        return answer.Read("v")[0].Items[0].Text;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>The object of a unit: what is no letter, and a leading digit, as _ and two hexadecimal digits.</summary>
    internal static string UnitPath(string unit)
    {
        System.Text.StringBuilder path = new($"{Root}/unit/");
        for (int i = 0; i < unit.Length; i++)
        {
            bool isPlain = char.IsAsciiLetter(unit[i]) || (i > 0 && char.IsAsciiDigit(unit[i]));
            if (isPlain) path.Append(unit[i]);
            else path.Append('_').Append(((byte)unit[i]).ToString("x2"));
        }

        return path.ToString();
    }

    private void WatchJobs(string unit)
    {
        // Without a bus systemd sends its signals to everyone who is connected.
        if (_isBus) _connection.Match($"type='signal',sender='{Service}',path='{Root}',interface='{Manager}',member='JobRemoved',arg2='{unit}'");
    }

    private void WaitForJob(string what, string unit, DBusMessage answer)
    {
        string result = "";
        try
        {
            string job = answer.Read("o")[0].Text;
            // Anybody on the bus could send us such a signal; the bus itself says who did.
            DBusMessage signal = _connection.WaitForSignal(
                s => s.Member == "JobRemoved" && s.Interface == Manager && s.Sender == answer.Sender && s.Read("uoss")[1].Text == job, _deadline);
            result = signal.Read("uoss")[3].Text;
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            throw Explain(e, _isUser, _deadline, what);
        }

        if (result != "done")
            throw new CofferdamException(ErrorKind.FailedPrecondition, $"{Who(_isUser)}: {what}: the job ended as '{result}' (hint: 'systemctl {(_isUser ? "--user " : "")}status {unit}' may tell why)");
    }

    // An old systemd names the first property that it does not know, or whose value it does not.
    private static bool TryDrop(UnitProperties properties, DBusMessage answer)
    {
        if (answer.ErrorName is not ("org.freedesktop.DBus.Error.PropertyReadOnly" or "org.freedesktop.DBus.Error.InvalidArgs" or "org.freedesktop.DBus.Error.UnknownProperty"))
            return false;
        string text = answer.ErrorText();
        foreach (UnitProperty property in properties.All)
        {
            if (!property.IsOptional || !Names(text, property.Name)) continue;
            properties.Remove(property.Name);
            return true;
        }

        return false;
    }

    private static bool Names(string text, string word)
    {
        int at = text.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at == 0 || !char.IsAsciiLetter(text[at - 1])) && (at + word.Length == text.Length || !char.IsAsciiLetter(text[at + word.Length]));
    }

    private DBusMessage Invoke(string what, string member, params IReadOnlyList<DBusValue> arguments) =>
        Invoke(what, DBusMessage.Call(Service, Root, Manager, member, arguments));

    private DBusMessage Invoke(string what, DBusMessage call)
    {
        try
        {
            return _connection.Invoke(call, _deadline);
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            throw Explain(e, _isUser, _deadline, what);
        }
    }

    private CofferdamException Refused(string what, DBusMessage answer)
    {
        bool isDenied = answer.ErrorName is "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
        ErrorKind kind = answer.ErrorName switch
        {
            _ when isDenied => ErrorKind.PermissionDenied,
            "org.freedesktop.systemd1.NoSuchUnit" => ErrorKind.NotFound,
            "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner" => ErrorKind.Unavailable,
            _ => ErrorKind.FailedPrecondition,
        };
        string hint = isDenied && !_isUser ? " (hint: an ordinary user's containers need '--rootless true' or 'auto')" : "";
        return new CofferdamException(kind, $"{Who(_isUser)}: {what}: {Text(answer)}{hint}");
    }

    private static string Who(bool isUser) => isUser ? "systemd of this user" : "systemd";

    private static string Text(DBusMessage answer)
    {
        string text = answer.ErrorText().TrimEnd('.');
        return text.Length > 0 ? $"{text} ({answer.ErrorName})" : answer.ErrorName;
    }

    private static CofferdamException Explain(Exception cause, bool isUser, Deadline deadline, string what)
    {
        string who = Who(isUser);
        if (cause is not LinuxException { Errno: var errno }) return CofferdamException.Wrap($"{who}: {what}", cause);
        if (errno == Errno.ETIMEDOUT)
            return new CofferdamException(ErrorKind.DeadlineExceeded, $"{who}: {what}: no answer within {deadline.Limit.TotalSeconds:0.#} s", cause);
        string hint = isUser ? SystemdAddress.UserHint() : "cgroup manager 'systemd' needs a running systemd and its bus; 'cgroupfs' needs none";
        return new CofferdamException(ErrorKind.Unavailable, $"{who}: {what}: {cause.Message} (hint: {hint})", cause);
    }
}
