namespace Cofferdam.Cgroups;

/// <summary>The values of exec's <c>--cgroup</c>: <c>path</c>, or <c>controller[,controller]:path</c>.</summary>
internal static class SubCgroups
{
    /// <summary>The directories to enter: those of the container, with the wished paths below them.</summary>
    public static Dictionary<string, string> Resolve(Dictionary<string, string> paths, IReadOnlyList<string>? wishes)
    {
        if (wishes is null || wishes.Count == 0) return paths;
        Dictionary<string, string> result = new(paths);
        foreach (string wish in wishes)
        {
            int colon = wish.IndexOf(':');
            string path = Checked(wish, wish[(colon + 1)..]);
            if (colon < 0)
            {
                if (wishes.Count > 1) throw Invalid(wish, "a path for all controllers excludes others");
                foreach (string controller in paths.Keys) result[controller] = CgroupPath.Join(paths[controller], path);
                continue;
            }

            foreach (string controller in wish[..colon].Split(','))
            {
                if (!paths.TryGetValue(controller, out string? own)) throw Invalid(wish, $"the container has no controller '{controller}'");
                result[controller] = CgroupPath.Join(own, path);
            }
        }

        return result;
    }

    private static string Checked(string wish, string path)
    {
        foreach (string part in path.Split('/'))
        {
            if (part == "..") throw Invalid(wish, "'..' is not allowed");
        }

        return CgroupPath.Clean(path);
    }

    private static CofferdamException Invalid(string wish, string message) => new(ErrorKind.InvalidArgument, $"exec cgroup '{wish}': {message}");
}
