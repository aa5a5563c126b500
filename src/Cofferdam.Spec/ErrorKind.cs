namespace Cofferdam;

/// <summary>Classes of errors. They map one to one to exit codes, gRPC and ttrpc status codes, as containerd's do.</summary>
public enum ErrorKind
{
    Unknown,
    InvalidArgument,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Unimplemented,
    Internal,
    Unavailable,
    DataLoss,
    Canceled,
    DeadlineExceeded,
}
