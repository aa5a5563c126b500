namespace Cofferdam.Linux;

/// <summary>A descriptor to wait for, and what was seen on it.</summary>
/// <param name="File">The descriptor.</param>
/// <param name="Events">What to wait for.</param>
/// <param name="Ready">What is there; set by <see cref="Poll.Wait"/>.</param>
public readonly record struct PollItem(OwnedFd File, PollEvents Events, PollEvents Ready = PollEvents.None);
