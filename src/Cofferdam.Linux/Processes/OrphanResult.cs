namespace Cofferdam.Linux;

/// <summary>What an attempt to reap an orphan came to.</summary>
public enum OrphanResult
{
    /// <summary>No child has ended.</summary>
    None,

    /// <summary>An orphan was reaped; there may be more.</summary>
    Reaped,

    /// <summary>A child that somebody here waits for, or may do so in a moment, stands before the orphans: try again soon.</summary>
    OwnedFirst,
}
