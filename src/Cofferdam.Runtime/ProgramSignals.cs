using Cofferdam.Runtime.Foreground;

namespace Cofferdam.Startup;

/// <summary>The signals that NativeMain.cs blocks before the runtime starts its first thread.</summary>
internal static class ProgramSignals
{
    internal const ulong Blocked = ForwardedSignals.Mask;
}
