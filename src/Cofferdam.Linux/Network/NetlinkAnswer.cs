namespace Cofferdam.Linux;

/// <summary>How a netlink request ended.</summary>
/// <param name="Errno">Why it failed, or none.</param>
/// <param name="Explanation">The kernel's own words, where it has some.</param>
/// <param name="Interrupted">True when a list changed while it was read, so that parts may be missing.</param>
internal readonly record struct NetlinkAnswer(Errno Errno, string? Explanation, bool Interrupted);
