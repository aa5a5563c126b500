namespace Cofferdam.Linux;

/// <summary>Flags of open(2). O_CLOEXEC is not among them because it is always set.</summary>
/// <remarks>The values are those of x86-64; <see cref="OpenFlagsExtensions.ToNative"/> gives those of this machine.</remarks>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 0x10000,
    NoFollow = 0x20000,
    Path = 0x200000,

    /// <summary>An unnamed file in the given directory; includes <see cref="Directory"/>.</summary>
    TemporaryFile = 0x400000 | Directory,
}
