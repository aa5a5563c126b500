using System.Net;

namespace Cofferdam.Shim.Io;

/// <summary>
/// The query of a logger's URI: keys and values are its arguments, two for each key, of which the first value counts; those of
/// keys that begin with <c>env.</c> are variables, as from containerd's shim.
/// </summary>
internal sealed record LoggerOptions(IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment)
{
    private const string VariablePrefix = "env.";

    public static LoggerOptions Parse(string query)
    {
        List<string> arguments = [], environment = [];
        HashSet<string> keys = [];
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = Decode(equals < 0 ? pair : pair[..equals]);
            string value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (!keys.Add(key)) continue;
            if (!key.StartsWith(VariablePrefix, StringComparison.Ordinal)) arguments.AddRange([key, value]);
            // These two are ours to say.
            else if (key[VariablePrefix.Length..] is not ("" or "CONTAINER_ID" or "CONTAINER_NAMESPACE") and var name) environment.Add($"{name}={value}");
        }

        return new LoggerOptions(arguments, environment);
    }

    private static string Decode(string text) => WebUtility.UrlDecode(text);
}
