namespace Cofferdam.Bench;

/// <summary>One memory figure in KiB for each runtime; null where it could not be taken.</summary>
internal sealed record MemoryOutcome(string Name, string Title, IReadOnlyList<(Peer Peer, double? Kibibytes)> Values);
