namespace Cofferdam.Spec;

/// <summary>Types of device nodes and rules; the value is the letter of config.json.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md, sections Devices and Device Cgroup.</remarks>
public enum DeviceType
{
    /// <summary>a: all, in device rules only.</summary>
    All = 'a',

    /// <summary>b: block.</summary>
    Block = 'b',

    /// <summary>c: character.</summary>
    Char = 'c',

    /// <summary>u: character, unbuffered; the same as c.</summary>
    Unbuffered = 'u',

    /// <summary>p: fifo, in device nodes only.</summary>
    Fifo = 'p',
}
