using System.Diagnostics;

namespace Cofferdam.DBus;

/// <summary>When something must be over, whatever it consists of.</summary>
public readonly record struct Deadline
{
    private readonly long _start;

    private Deadline(TimeSpan limit)
    {
        _start = Stopwatch.GetTimestamp();
        Limit = limit;
    }

    /// <summary>The whole time.</summary>
    public TimeSpan Limit { get; }

    /// <summary>What is left of it; not below zero.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = Limit - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public static Deadline In(TimeSpan limit) => new(limit);
}
