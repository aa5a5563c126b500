namespace Cofferdam.Linux;

/// <summary>One name in a directory, as getdents64(2) gives it.</summary>
/// <param name="Name">The name; bytes that are not UTF-8 appear as U+FFFD.</param>
/// <param name="Type">The type, or <see cref="FileType.Unknown"/> where the file system does not tell.</param>
public readonly record struct DirectoryEntry(string Name, FileType Type);
