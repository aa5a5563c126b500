namespace Cofferdam.Bench;

/// <summary>A runtime did not do what was to be measured; its column says so and the run goes on.</summary>
internal sealed class PeerFailedException(string message) : Exception(message);
