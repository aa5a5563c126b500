namespace Cofferdam.Linux;

/// <summary>Both ends of a pseudo-terminal (pty(7)).</summary>
/// <param name="Master">The end that plays the person at the keyboard.</param>
/// <param name="Slave">The terminal itself.</param>
/// <param name="Number">The terminal's name in its devpts.</param>
public sealed record Pty(OwnedFd Master, OwnedFd Slave, int Number) : IDisposable
{
    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Master.Dispose();
        Slave.Dispose();
    }
}
