using Cofferdam.Linux;

namespace Cofferdam.Cgroups;

/// <summary>Errors of cgroup files, in the terms of the configuration.</summary>
internal static class CgroupErrors
{
    /// <summary>A value that the kernel refused: <c>field: writing 'value' to 'path': errno (hint)</c>.</summary>
    public static CofferdamException Write(string field, string path, string value, Errno errno, string? hint = null) =>
        new(KindOf(errno), $"{field}: writing '{value}' to '{path}': {errno.Describe()}{Hint(hint)}");

    /// <summary>The class of errors that an answer of the cgroup file systems belongs to.</summary>
    public static ErrorKind KindOf(Errno errno) => errno switch
    {
        Errno.EINVAL or Errno.ERANGE or Errno.ENODEV => ErrorKind.InvalidArgument,
        Errno.EPERM or Errno.EACCES or Errno.EROFS => ErrorKind.PermissionDenied,
        Errno.EBUSY or Errno.ENOENT or Errno.EOPNOTSUPP => ErrorKind.FailedPrecondition,
        Errno.ENOSPC or Errno.ENOMEM or Errno.EAGAIN => ErrorKind.ResourceExhausted,
        _ => ErrorKind.Internal,
    };

    /// <summary>Whether a rootless caller may expect this answer.</summary>
    public static bool IsPermission(Errno errno) => errno is Errno.EPERM or Errno.EACCES or Errno.EROFS;

    public static CofferdamException Invalid(string field, string message) => new(ErrorKind.InvalidArgument, $"{field}: {message}");

    private static string Hint(string? hint) => hint is null ? "" : $" (hint: {hint})";
}
