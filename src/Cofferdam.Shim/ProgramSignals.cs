using Cofferdam.Linux;

namespace Cofferdam.Startup;

/// <summary>The signals that NativeMain.cs blocks before the runtime starts its first thread: the server reads them from a signalfd.</summary>
internal static class ProgramSignals
{
    internal const ulong Blocked = (1UL << (Signals.Child - 1)) | (1UL << (Signals.Terminate - 1)) | (1UL << (Signals.Interrupt - 1)) | (1UL << (Signals.Hangup - 1));
}
