namespace Cofferdam.Linux;

/// <summary>A descriptor of an <see cref="Epoll"/> that is ready.</summary>
/// <param name="Token">The number it was added with.</param>
/// <param name="Events">What is there.</param>
public readonly record struct EpollReady(long Token, PollEvents Events);
