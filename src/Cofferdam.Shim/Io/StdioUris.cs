namespace Cofferdam.Shim.Io;

/// <summary>Where a process's streams go, as containerd names it: a fifo's path, <c>file://</c>, <c>binary://</c>, or nothing.</summary>
internal sealed record StdioUris(string Stdin, string Stdout, string Stderr, bool Terminal);
