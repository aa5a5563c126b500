namespace Cofferdam.Linux;

/// <summary>A network device in a network namespace.</summary>
/// <param name="Index">Its number there; another namespace may give it another.</param>
/// <param name="Name">Its name there.</param>
/// <param name="IsUp">True when it was switched on, whether or not a cable is in.</param>
public sealed record NetworkLink(int Index, string Name, bool IsUp);
