using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>A way to launch.</summary>
internal interface ILaunches : IDisposable
{
    /// <summary>Launches once, waits for the end, and takes away what was made for it.</summary>
    ExitStatus Launch(int number);
}
