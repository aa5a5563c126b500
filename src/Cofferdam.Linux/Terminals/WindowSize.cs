namespace Cofferdam.Linux;

/// <summary>The size of a terminal in characters.</summary>
public readonly record struct WindowSize(ushort Width, ushort Height);
