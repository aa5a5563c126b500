namespace Cofferdam.Linux;

/// <summary>Who opened the other end of a unix socket, as the kernel saw it then (SO_PEERCRED, unix(7)).</summary>
public readonly record struct PeerCredentials(int Pid, uint Uid, uint Gid);
