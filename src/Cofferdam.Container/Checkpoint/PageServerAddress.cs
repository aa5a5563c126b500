using System.Globalization;

namespace Cofferdam.Containers;

/// <summary>Where <c>criu page-server</c> listens, or where the dump itself serves the pages of a lazy migration.</summary>
/// <param name="Host">A name or an address, an IPv6 one without brackets.</param>
/// <param name="Port">The TCP port.</param>
public readonly record struct PageServerAddress(string Host, int Port)
{
    /// <summary>Reads <c>HOST:PORT</c> or <c>[IPv6]:PORT</c>.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.InvalidArgument"/>: it is neither.</exception>
    public static PageServerAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) host = "";
        if (host.Length == 0) throw new CofferdamException(ErrorKind.InvalidArgument, $"page server '{text}': use ADDRESS:PORT");
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > ushort.MaxValue)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"page server '{text}': invalid port number");
        return new PageServerAddress(host, port);
    }
}
