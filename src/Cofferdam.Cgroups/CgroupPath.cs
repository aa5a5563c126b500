namespace Cofferdam.Cgroups;

/// <summary>Paths of cgroups: pure text.</summary>
public static class CgroupPath
{
    /// <summary>
    /// Removes ".", ".." and double slashes; ".." never leads above the start, so neither an absolute nor a relative path
    /// leaves the directory that it is joined to.
    /// </summary>
    /// <returns>An absolute path stays absolute; the result is "/" or "" when nothing is left.</returns>
    public static string Clean(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }

        string joined = string.Join('/', parts);
        return path.StartsWith('/') ? "/" + joined : joined;
    }

    /// <summary>Joins a directory and a path below it, whether that begins with a slash or not.</summary>
    public static string Join(string directory, string path)
    {
        string rest = path.Trim('/');
        if (rest.Length == 0) return directory;
        return directory.EndsWith('/') ? directory + rest : $"{directory}/{rest}";
    }

    /// <summary>The directories from <paramref name="root"/> to the one above <paramref name="leaf"/>, which lies below it.</summary>
    internal static IEnumerable<string> Levels(string root, string leaf)
    {
        yield return root;
        for (int slash = leaf.IndexOf('/', root.Length + 1); slash > 0; slash = leaf.IndexOf('/', slash + 1)) yield return leaf[..slash];
    }

    /// <summary>The directory of cgroup <paramref name="path"/> where a mount shows <paramref name="root"/>, or null if it is not shown.</summary>
    internal static string? Below(string mountPoint, string root, string path)
    {
        // So the kernel names a cgroup that is outside of the reader's cgroup namespace.
        if (path == "/.." || path.StartsWith("/../", StringComparison.Ordinal)) return null;
        if (root == "/") return Join(mountPoint, path);
        if (path == root) return mountPoint;
        return path.StartsWith(root + "/", StringComparison.Ordinal) ? Join(mountPoint, path[root.Length..]) : null;
    }
}
