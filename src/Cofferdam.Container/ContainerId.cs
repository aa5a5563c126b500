namespace Cofferdam.Containers;

/// <summary>
/// The name of a container under one state root: 1 to 1024 characters of <c>[a-zA-Z0-9_+.-]</c>, not "." or "..".
/// </summary>
/// <remarks>It becomes a directory name and part of a cgroup's path, so nothing else may ever hold an unchecked one.</remarks>
public readonly record struct ContainerId
{
    /// <summary>The longest id. A file name has at most 255 bytes, so a long id may still be refused by the kernel.</summary>
    public const int MaxLength = 1024;

    private readonly string? _value;

    /// <summary>Checks and wraps <paramref name="value"/>.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.InvalidArgument"/>: the id has a wrong form.</exception>
    public ContainerId(string value)
    {
        if (!IsValid(value)) throw new CofferdamException(ErrorKind.InvalidArgument, CallerVisibleText.InvalidId);
        _value = value;
    }

    /// <summary>The id as text.</summary>
    /// <exception cref="InvalidOperationException">This is the default value of the struct, which names nothing.</exception>
    public string Value => _value ?? throw new InvalidOperationException("container id was never set");

    /// <summary>Whether <paramref name="value"/> may be a container's id.</summary>
    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength || value is "." or "..") return false;
        foreach (char c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '+' or '.' or '-')) return false;
        }

        return true;
    }

    /// <summary>The id as text.</summary>
    public override string ToString() => Value;
}
