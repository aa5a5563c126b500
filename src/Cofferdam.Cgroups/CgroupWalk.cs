using System.Diagnostics.CodeAnalysis;
using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>
/// A place in a tree of cgroups, held by one descriptor and moved step by step. A container that may make cgroups can nest
/// them deeper than PATH_MAX and RLIMIT_NOFILE allow for, and all of them must be found and removed.
/// </summary>
internal sealed class CgroupWalk : IDisposable
{
    private readonly List<string> _names = [];

    private CgroupWalk(OwnedFd top) => Current = top;

    /// <summary>The directory of this place.</summary>
    public OwnedFd Current { get; private set; }

    /// <summary>Shows <paramref name="visit"/> the cgroup at <paramref name="top"/> and all below it, each before those in it.</summary>
    /// <returns>False if there is no cgroup.</returns>
    public static bool Visit(string top, Action<OwnedFd> visit)
    {
        if (!TryStart(top, out CgroupWalk? walk, out Errno errno)) return errno == Errno.ENOENT ? false : throw new LinuxException("open", errno, top);
        using (walk)
        {
            visit(walk.Current);
            Stack<Queue<string>> pending = new([walk.ReadChildren()]);
            while (pending.TryPeek(out Queue<string>? children))
            {
                if (!children.TryDequeue(out string? child))
                {
                    pending.Pop();
                    // What is above was removed meanwhile, with all that was left in it.
                    if (pending.Count > 0 && !walk.TryAscend(out _)) break;
                }
                else if (walk.TryDescend(child, out _))
                {
                    visit(walk.Current);
                    pending.Push(walk.ReadChildren());
                }
            }
        }

        return true;
    }

    /// <summary>Removes the cgroup at <paramref name="top"/> and all below it, deepest first; what does not exist is done.</summary>
    /// <returns>False with EBUSY while there are processes or others make cgroups, or with what else is in the way.</returns>
    public static bool TryRemove(string top, out Errno errno)
    {
        if (IsGone(Files.TryRmdir(top, out errno), errno)) return true;
        if (errno != Errno.EBUSY) return false;
        if (!TryStart(top, out CgroupWalk? walk, out errno)) return errno == Errno.ENOENT;
        using (walk)
        {
            Stack<Queue<string>> pending = new([walk.ReadChildren()]);
            while (true)
            {
                Queue<string> children = pending.Peek();
                if (children.TryDequeue(out string? child))
                {
                    if (IsGone(Files.TryRmdir(child, out errno, walk.Current), errno)) continue;
                    if (errno != Errno.EBUSY) return false;
                    if (!walk.TryDescend(child, out _)) continue;
                    pending.Push(walk.ReadChildren());
                    // Without others in it, it is processes that keep it.
                    if (pending.Peek().Count == 0) return false;
                }
                else
                {
                    pending.Pop();
                    if (pending.Count == 0) break;
                    errno = Errno.EBUSY;
                    if (!walk.TryAscend(out string? left) || !IsGone(Files.TryRmdir(left, out errno, walk.Current), errno)) return false;
                }
            }
        }

        return IsGone(Files.TryRmdir(top, out errno), errno);
    }

    public void Dispose() => Current.Dispose();

    private static bool TryStart(string top, [NotNullWhen(true)] out CgroupWalk? walk, out Errno errno)
    {
        walk = Files.TryOpen(top, OpenFlags.Directory, out OwnedFd? opened, out errno) ? new CgroupWalk(opened) : null;
        return walk is not null;
    }

    private static bool IsGone(bool removed, Errno errno) => removed || errno == Errno.ENOENT;

    private Queue<string> ReadChildren() => new(CgroupTree.ChildNames(Current));

    private bool TryDescend(string name, out Errno errno)
    {
        if (!Files.TryOpenAt(Current, name, OpenFlags.Directory | OpenFlags.NoFollow, out OwnedFd? below, out errno)) return false;
        Move(below);
        _names.Add(name);
        return true;
    }

    private bool TryAscend([NotNullWhen(true)] out string? left)
    {
        left = null;
        if (!Files.TryOpenAt(Current, "..", OpenFlags.Directory, out OwnedFd? above, out _)) return false;
        Move(above);
        left = _names[^1];
        _names.RemoveAt(_names.Count - 1);
        return true;
    }

    private void Move(OwnedFd to)
    {
        Current.Dispose();
        Current = to;
    }
}
