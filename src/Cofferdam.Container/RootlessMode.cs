namespace Cofferdam.Containers;

/// <summary>Whether refusals of the cgroup file system are put up with, as runc's <c>--rootless</c>.</summary>
public enum RootlessMode
{
    /// <summary>Yes if the caller is not root, or is root only of a user namespace without its own cgroups.</summary>
    Auto,

    /// <summary>Cgroups that may not be made are left out, unless the configuration has limits.</summary>
    Yes,

    /// <summary>A cgroup that cannot be made ends the create.</summary>
    No,
}
