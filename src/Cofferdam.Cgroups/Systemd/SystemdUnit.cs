namespace Cofferdam.Cgroups;

/// <summary>The unit by which systemd knows a container's cgroup.</summary>
/// <param name="Name">Its full name, <c>runc-c1.scope</c>.</param>
/// <param name="IsUser">Whether it belongs to the user's instance of systemd, which is asked over the user bus.</param>
public sealed record SystemdUnit(string Name, bool IsUser);
