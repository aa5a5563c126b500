namespace Cofferdam.Linux;

/// <summary>A line of /etc/group (group(5)).</summary>
public sealed record GroupEntry(string Name, uint Gid, IReadOnlyList<string> Members);
