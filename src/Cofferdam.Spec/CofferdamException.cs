namespace Cofferdam;

/// <summary>An error that a caller can act on: its kind, and one line that names the operation and the object.</summary>
/// <remarks>Messages are lower case, without a full stop; context is joined by ": "; an errno comes last.</remarks>
public sealed class CofferdamException : Exception
{
    public CofferdamException(ErrorKind kind, string message) : base(message) => Kind = kind;

    public CofferdamException(ErrorKind kind, string message, Exception inner) : base(message, inner) => Kind = kind;

    public ErrorKind Kind { get; }

    /// <summary>Adds what was being done: <c>context: cause</c>. The kind stays the cause's where it has one.</summary>
    public static CofferdamException Wrap(string context, Exception cause) =>
        new((cause as CofferdamException)?.Kind ?? ErrorKind.Internal, $"{context}: {cause.Message}", cause);
}
