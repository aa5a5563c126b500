namespace Cofferdam.Linux;

/// <summary>A system call that failed: what was tried, on what, and the error number.</summary>
/// <remarks>
/// The message follows the one grammar of the project: <c>operation 'path' on 'second': ENAME (text)</c>, with an
/// optional hint where the kernel's answer is cryptic. Add context by wrapping in a <c>CofferdamException</c>.
/// </remarks>
public sealed class LinuxException : Exception
{
    public LinuxException(string operation, Errno errno, string? path = null, string? secondPath = null, string? hint = null)
        : base(Format(operation, errno, path, secondPath, hint))
    {
        Operation = operation;
        Errno = errno;
        Path = path;
        SecondPath = secondPath;
        Hint = hint;
    }

    /// <summary>The bare operation, usually the system call's name ("openat2", "mount").</summary>
    public string Operation { get; }

    public Errno Errno { get; }

    /// <summary>The object of the operation, if it has one.</summary>
    public string? Path { get; }

    /// <summary>The second object (a mount's target, a link's name), if any.</summary>
    public string? SecondPath { get; }

    /// <summary>What the user may check or change, if known.</summary>
    public string? Hint { get; }

    private static string Format(string operation, Errno errno, string? path, string? secondPath, string? hint)
    {
        string message = operation;
        if (path is not null) message += $" '{path}'";
        if (secondPath is not null) message += $" on '{secondPath}'";
        message += ": " + errno.Describe();
        if (hint is not null) message += $" (hint: {hint})";
        return message;
    }
}
