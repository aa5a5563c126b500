using System.Globalization;
using System.Text;

namespace Cofferdam.DBus;

/// <summary>Server addresses (dbus-specification, Server Addresses), of which only unix sockets concern a local bus.</summary>
public static class DBusAddress
{
    /// <summary>
    /// The sockets that a list of addresses names, in its order, as <c>UnixStream.Connect</c> takes them: a path, or "@name".
    /// Other transports are left out.
    /// </summary>
    /// <param name="addresses">Such as <c>unix:path=/run/user/1000/bus</c>; several with ";".</param>
    /// <param name="runtimeDirectory">$XDG_RUNTIME_DIR, for <c>unix:runtime=yes</c>.</param>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.InvalidArgument"/>: not an address.</exception>
    public static IReadOnlyList<string> Sockets(string addresses, string? runtimeDirectory)
    {
        List<string> sockets = [];
        foreach (string address in addresses.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = address.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw Invalid(addresses);
            if (address[..colon] != "unix") continue;
            foreach (string pair in address[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0) throw Invalid(addresses);
                string value = Unescape(pair[(equals + 1)..], addresses);
                switch (pair[..equals])
                {
                    case "path": sockets.Add(value); break;
                    case "abstract": sockets.Add("@" + value); break;
                    case "runtime" when runtimeDirectory is not null: sockets.Add(runtimeDirectory + "/bus"); break;
                }
            }
        }

        return sockets;
    }

    // %2f and its like; everything else stands for itself.
    private static string Unescape(string value, string addresses)
    {
        if (!value.Contains('%')) return value;
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        int written = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
            {
                bytes[written++] = bytes[i];
                continue;
            }

            if (i + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
                throw Invalid(addresses);
            bytes[written++] = code;
            i += 2;
        }

        return Encoding.UTF8.GetString(bytes, 0, written);
    }

    private static CofferdamException Invalid(string addresses) => new(ErrorKind.InvalidArgument, $"'{addresses}' is not a d-bus address");
}
