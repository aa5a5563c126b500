namespace Cofferdam.Linux;

/// <summary>How a process ended (waitid(2)).</summary>
/// <param name="Code">The code it gave to exit(2); 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
public readonly record struct ExitStatus(int Code, int Signal)
{
    /// <summary>The code as shells and container engines report it: 128 and the signal's number for a killed process.</summary>
    public int ShellCode => Signal != 0 ? 128 + Signal : Code;
}
