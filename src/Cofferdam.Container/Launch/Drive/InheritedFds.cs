using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>The descriptors that init gets from its parent, and the numbers they have there.</summary>
internal sealed class InheritedFds : IDisposable
{
    private readonly bool _renumbered;
    private readonly List<OwnedFd> _fds = [];
    private readonly List<OwnedFd> _owned = [];

    /// <param name="renumbered">A spawned init gets them as 3, 4, 5 …; a cloned one under the numbers they have here.</param>
    /// <param name="preserveFds">How many from 3 on are the program's; they keep their numbers.</param>
    public InheritedFds(bool renumbered, int preserveFds)
    {
        _renumbered = renumbered;
        for (int fd = 3; renumbered && fd < 3 + preserveFds; fd++) Own(Files.Duplicate(fd));
    }

    public IReadOnlyList<OwnedFd> All => _fds;

    /// <summary>Hands on a descriptor that someone else closes; returns its number in init.</summary>
    public int Add(OwnedFd fd)
    {
        _fds.Add(fd);
        return _renumbered ? 2 + _fds.Count : fd.Fd;
    }

    /// <summary>Hands on a descriptor and closes it here once init has it.</summary>
    public int Own(OwnedFd fd)
    {
        _owned.Add(fd);
        return Add(fd);
    }

    public void Dispose()
    {
        foreach (OwnedFd fd in _owned) fd.Dispose();
    }
}
