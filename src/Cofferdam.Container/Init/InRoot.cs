namespace Cofferdam.Containers.Init;

/// <summary>
/// Paths inside the container's root, before it is entered. Every lookup is one openat2(2) with RESOLVE_IN_ROOT from the
/// root's descriptor, and what it finds is used by descriptor: a path is never looked up twice (CVE-2021-30465,
/// CVE-2024-45310 and their family).
/// </summary>
// SAFETY: paths are NUL-terminated; the scratch block is InitBlob.ScratchSize bytes and is used by one walk at a time.
internal static unsafe class InRoot
{
    private const int PathSize = 4096;
    private const int MaxLinks = 40;

    public static long Open(InitBlob* blob, byte* path, long flags) =>
        Sys.OpenAt2(blob->RootFd, path, flags, Abi.RESOLVE_IN_ROOT | Abi.RESOLVE_NO_MAGICLINKS);

    /// <summary>As <see cref="Open"/>, but a symbolic link anywhere is ELOOP (CVE-2019-19921: /proc must be itself).</summary>
    public static long OpenNoLinks(InitBlob* blob, byte* path, long flags) =>
        Sys.OpenAt2(blob->RootFd, path, flags,
            Abi.RESOLVE_IN_ROOT | Abi.RESOLVE_NO_MAGICLINKS | Abi.RESOLVE_NO_SYMLINKS);

    /// <summary>An O_PATH descriptor of <paramref name="path"/>, made first (mode 0755) if it is missing: the place of a
    /// mount. A dangling symbolic link is followed and its target made, within the root, as users of images expect.</summary>
    public static long EnsureExists(InitBlob* blob, byte* path, bool directory)
    {
        long found = Open(blob, path, Abi.O_PATH);
        if (found != -Abi.ENOENT) return found;

        byte* current = Scratch(blob);
        byte* next = current + PathSize;
        if (Text.Append(current, current + PathSize, path) == null) return -Abi.ENAMETOOLONG;
        for (int links = 0; links < MaxLinks;)
        {
            byte* rest = SplitAtFirstMissing(blob, current, out long parent);
            if (parent < 0) return parent;
            if (*rest == 0) return parent;
            byte* end = rest;
            while (*end != 0 && *end != (byte)'/') end++;
            bool last = IsLast(end);
            byte separator = *end;
            *end = 0;

            long length = Sys.Call(Nr.readlinkat, parent, (long)rest, (long)next, PathSize - 1);
            if (length >= 0)
            {
                next[length] = 0;
                *end = separator;
                links++;
                Sys.Close(parent);
                if (!ReplaceLink(current, rest, end, next)) return -Abi.ENAMETOOLONG;
                continue;
            }
            long made = length == -Abi.ENOENT ? Make(parent, rest, directory || !last) : length;
            Sys.Close(parent);
            if (made < 0 && made != -Abi.EEXIST) return made;
            *end = separator;
            found = Open(blob, path, Abi.O_PATH);
            if (found != -Abi.ENOENT) return found;
        }
        return -Abi.ELOOP;
    }

    /// <summary>The directory that holds <paramref name="path"/> (made if missing), and the last name in it.</summary>
    public static long EnsureParent(InitBlob* blob, byte* path, out byte* name)
    {
        byte* copy = Scratch(blob) + 3 * PathSize;
        name = path;
        for (byte* at = path; *at != 0; at++)
            if (*at == (byte)'/') name = at + 1;
        long length = name - path;
        if (length >= PathSize) return -Abi.ENAMETOOLONG;
        for (long i = 0; i < length; i++) copy[i] = path[i];
        if (length == 0) copy[length++] = (byte)'.';
        copy[length] = 0;
        return EnsureExists(blob, copy, directory: true);
    }

    /// <summary>The first block of scratch bytes; its beginning also carries the detail of a failure.</summary>
    public static byte* Scratch(InitBlob* blob) => (byte*)blob + blob->ScratchOffset;

    private static long Make(long parent, byte* name, bool directory)
    {
        if (directory) return Sys.Call(Nr.mkdirat, parent, (long)name, 0x1ED);   // 0755
        long fd = Sys.OpenAt(parent, name, Abi.O_CREAT | Abi.O_EXCL | Abi.O_NOFOLLOW | Abi.O_WRONLY, 0x1ED);
        Sys.Close(fd);
        return fd;
    }

    /// <summary>Finds the longest prefix that exists, opens it, and returns where the rest begins.</summary>
    private static byte* SplitAtFirstMissing(InitBlob* blob, byte* path, out long parent)
    {
        byte* end = path + Text.Length(path);
        byte* rest = end;
        while (true)
        {
            byte saved = *rest;
            *rest = 0;
            ushort here = (byte)'.';
            parent = Open(blob, rest == path ? (byte*)&here : path, Abi.O_PATH);
            *rest = saved;
            if (parent != -Abi.ENOENT || rest == path) break;
            while (rest > path && rest[-1] == (byte)'/') rest--;
            while (rest > path && rest[-1] != (byte)'/') rest--;
        }
        while (*rest == (byte)'/') rest++;
        return rest;
    }

    private static bool IsLast(byte* end)
    {
        while (*end == (byte)'/') end++;
        return *end == 0;
    }

    /// <summary>Rewrites path so that the link at [name, end) is replaced by its target.</summary>
    private static bool ReplaceLink(byte* path, byte* name, byte* end, byte* target)
    {
        byte* built = target + PathSize;
        byte* limit = built + PathSize;
        byte* at = built;
        *at = 0;
        if (*target != (byte)'/')
        {
            byte saved = *name;
            *name = 0;
            at = Text.Append(at, limit, path);
            *name = saved;
        }
        at = Text.Append(at, limit, target);
        at = Text.Append(at, limit, end);
        if (at == null) return false;
        Text.Append(path, path + PathSize, built);
        return true;
    }
}
