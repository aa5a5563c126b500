namespace Cofferdam.Linux;

/// <summary>A line of /etc/passwd (passwd(5)).</summary>
public sealed record PasswdEntry(string Name, uint Uid, uint Gid, string Home, string Shell);
