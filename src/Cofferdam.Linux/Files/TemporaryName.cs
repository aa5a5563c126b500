using System.Diagnostics;
using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Names of files that live only until they are renamed.</summary>
internal static class TemporaryName
{
    /// <summary>
    /// A hidden name that no other process or moment gives. It is made up without random numbers, for which the runtime
    /// would open /dev/urandom; O_EXCL guards against whoever guesses it.
    /// </summary>
    public static string For(string name) =>
        string.Create(CultureInfo.InvariantCulture, $".{name}.{Processes.CurrentId}-{Stopwatch.GetTimestamp():x}");
}
