using Cofferdam.DBus;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>Where systemd is to be reached.</summary>
internal static class SystemdAddress
{
    private const string SystemBus = "/run/dbus/system_bus_socket";
    private const string SystemPrivate = "/run/systemd/private";

    /// <summary>
    /// Whether the user's manager is the one to ask: for every rootless caller but one that is root in a user namespace which
    /// has a systemd of its own, as a system container has. There, and only there, the system's bus belongs to our root.
    /// </summary>
    public static bool IsUser(bool isRootless) =>
        isRootless && !(Processes.EffectiveUid == 0 && (IsOurs(SystemBus) || IsOurs(SystemPrivate)));

    /// <summary>
    /// The sockets to try, in this order: the message bus, then systemd's own socket, which is there without a bus and open to
    /// the manager's owner only.
    /// </summary>
    /// <exception cref="CofferdamException">The environment does not say where the user's bus is.</exception>
    public static IReadOnlyList<(string Socket, bool IsBus)> Sockets(bool isUser)
    {
        string? runtimeDirectory = Variable("XDG_RUNTIME_DIR");
        string? addresses = Variable(isUser ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS");
        List<(string Socket, bool IsBus)> sockets = [];
        if (addresses is not null)
        {
            foreach (string socket in DBusAddress.Sockets(addresses, runtimeDirectory)) sockets.Add((socket, true));
        }

        if (!isUser)
        {
            if (sockets.Count > 0) return sockets;
            sockets.Add((SystemBus, true));
            if (Processes.EffectiveUid == 0) sockets.Add((SystemPrivate, false));
            return sockets;
        }

        if (sockets.Count == 0 && runtimeDirectory is not null) sockets.Add(($"{runtimeDirectory}/bus", true));
        if (runtimeDirectory is not null) sockets.Add(($"{runtimeDirectory}/systemd/private", false));
        if (sockets.Count == 0)
        {
            throw new CofferdamException(
                ErrorKind.FailedPrecondition,
                $"systemd of this user: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set (hint: {UserHint()})");
        }

        return sockets;
    }

    /// <summary>What a user can do whose manager is not reached.</summary>
    public static string UserHint() =>
        "log in through systemd-logind or let root call 'loginctl enable-linger', and set XDG_RUNTIME_DIR=/run/user/$UID";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static bool IsOurs(string path) => Files.TryStat(path, out FileStatus status, out _) && status.Uid == 0;
}
