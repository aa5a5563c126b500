namespace Cofferdam.Linux;

/// <summary>A signal read from a signalfd.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="SenderPid">Who sent it; for SIGCHLD the child.</param>
/// <param name="SenderUid">The sender's real user.</param>
public readonly record struct ReceivedSignal(int Signal, int SenderPid, uint SenderUid);
