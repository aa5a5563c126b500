using System.Text;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The state for hooks that run in init, which alone knows the pid that the container sees.</summary>
internal static class HookState
{
    private const int Placeholder = 1_999_999_973;

    /// <summary>The JSON text before and after the value of "pid".</summary>
    public static (string Before, string After) Split(Func<int, string, ContainerState> state, string status)
    {
        string text = Encoding.UTF8.GetString(SpecWriter.Write(state(Placeholder, status)));
        int at = text.IndexOf(Placeholder.ToString(), StringComparison.Ordinal);
        return (text[..at], text[(at + Placeholder.ToString().Length)..]);
    }
}
