using Cofferdam.Linux;
using Cofferdam.Ttrpc;

namespace Cofferdam.Shim.Tasks;

/// <summary>From exceptions to the statuses that containerd knows; their kinds are its classes of errors.</summary>
internal static class Failures
{
    public static TtrpcStatus StatusOf(Exception failure) => failure switch
    {
        TtrpcException e => e.Status,
        CofferdamException e => new TtrpcStatus(CodeOf(e.Kind), e.Message),
        LinuxException e => new TtrpcStatus(TtrpcCode.Unknown, e.Message),
        _ => new TtrpcStatus(TtrpcCode.Internal, $"internal: {failure.GetType().Name}: {failure.Message}"),
    };

    /// <summary>Performs a launch; what goes wrong is told with the words that dockerd and others search for.</summary>
    public static T Describe<T>(string what, Func<T> launch)
    {
        try
        {
            return launch();
        }
        catch (CofferdamException e)
        {
            // What is wrong with the container is unknown to the client, as from runc's shim: it would take NotFound for a missing
            // task, and dockerd shows any other class to its user as the first word of the message.
            ErrorKind kind = e.Kind is ErrorKind.AlreadyExists or ErrorKind.FailedPrecondition or ErrorKind.Unimplemented ? e.Kind : ErrorKind.Unknown;
            throw new CofferdamException(kind, $"{what}: {e.Message}", e);
        }
        catch (LinuxException e)
        {
            throw new CofferdamException(ErrorKind.Unknown, $"{what}: {e.Message}", e);
        }
    }

    private static TtrpcCode CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => TtrpcCode.InvalidArgument,
        ErrorKind.NotFound => TtrpcCode.NotFound,
        ErrorKind.AlreadyExists => TtrpcCode.AlreadyExists,
        ErrorKind.PermissionDenied => TtrpcCode.PermissionDenied,
        ErrorKind.ResourceExhausted => TtrpcCode.ResourceExhausted,
        ErrorKind.FailedPrecondition => TtrpcCode.FailedPrecondition,
        ErrorKind.Aborted => TtrpcCode.Aborted,
        ErrorKind.OutOfRange => TtrpcCode.OutOfRange,
        ErrorKind.Unimplemented => TtrpcCode.Unimplemented,
        ErrorKind.Internal => TtrpcCode.Internal,
        ErrorKind.Unavailable => TtrpcCode.Unavailable,
        ErrorKind.DataLoss => TtrpcCode.DataLoss,
        ErrorKind.Canceled => TtrpcCode.Cancelled,
        ErrorKind.DeadlineExceeded => TtrpcCode.DeadlineExceeded,
        _ => TtrpcCode.Unknown,
    };
}
