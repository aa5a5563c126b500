using System.Diagnostics;
using Cofferdam.Linux;

namespace Cofferdam.Shim;

/// <summary>
/// Gives memory back once nothing was asked for a while: a shim works for some milliseconds and then waits for hours, and there
/// is one for each pod.
/// </summary>
internal sealed class IdleTrim
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private long _lastWork;
    private bool _isArmed;

    public IdleTrim(EventLoop loop) => _loop = loop;

    /// <summary>On the loop's thread.</summary>
    public void NoteWork()
    {
        _lastWork = Stopwatch.GetTimestamp();
        if (_isArmed) return;
        _isArmed = true;
        _loop.After(s_quiet, TrimIfQuiet);
    }

    private void TrimIfQuiet()
    {
        TimeSpan left = s_quiet - Stopwatch.GetElapsedTime(_lastWork);
        if (left > TimeSpan.Zero)
        {
            _loop.After(left, TrimIfQuiet);
            return;
        }

        _isArmed = false;
        // Frees the regions that are empty then, too (documented for Aggressive since .NET 7).
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.DropUnusedProgramPages();
    }
}
