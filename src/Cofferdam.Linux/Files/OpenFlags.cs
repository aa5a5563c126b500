namespace Cofferdam.Linux;

/// <summary>Flags of open(2). O_CLOEXEC is not among them because it is always set.</summary>
/// <remarks>The values are those of x86-64; <see cref="OpenFlagsExtensions.ToNative"/> gives those of this machine.</remarks>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>O_TRUNC.</summary>
    Truncate = 0x200,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK.</summary>
    NonBlocking = 0x800,

    /// <summary>O_DIRECTORY.</summary>
    Directory = 0x10000,

    /// <summary>O_NOFOLLOW.</summary>
    NoFollow = 0x20000,

    /// <summary>O_PATH.</summary>
    Path = 0x200000,

    /// <summary>An unnamed file in the given directory; includes <see cref="Directory"/>.</summary>
    TemporaryFile = 0x400000 | Directory,
}
