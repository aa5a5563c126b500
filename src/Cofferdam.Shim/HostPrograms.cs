using System.Collections;
using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>Programs of the host that the shim runs for somebody: another runtime, a mount helper.</summary>
internal static class HostPrograms
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The path of a program by its name, or null if it is nowhere in $PATH.</summary>
    public static string? Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } value ? value : DefaultPath;
        foreach (string directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = $"{directory}/{name}";
            if (Files.IsExecutable(candidate)) return candidate;
        }

        return null;
    }

    /// <summary>The shim's own environment, which they get.</summary>
    public static IReadOnlyList<string> Variables()
    {
        List<string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }
}
