using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>A stage that CRIU has come to; it goes on when the handler returns.</summary>
/// <param name="Stage">Its name in criu(8), --action-script.</param>
/// <param name="Pid">Init's pid, from the stage at which there is one.</param>
/// <param name="Fds">Descriptors that came with the message; closed afterwards unless taken out of the list.</param>
internal readonly record struct CriuNotification(string Stage, int Pid, List<OwnedFd> Fds);
