using System.Text;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Turns what init reports into one line: the field, the step, the system call, the error number.</summary>
internal static class LaunchFailure
{
    /// <summary>A failed step.</summary>
    public static unsafe CofferdamException From(in InitMessage message, LaunchPlan plan, string hookOutput)
    {
        LaunchStep step = plan.Steps[Math.Clamp(message.Step, 0, plan.Steps.Count - 1)];
        var errno = (Errno)message.Errno;
        string detail;
        // SAFETY: the message is pinned while its text is decoded.
        fixed (byte* text = message.Detail) detail = CString.Decode(text).Trim();
        string field = step.Field.Length == 0 ? "" : step.Field + ": ";
        string text2 = field + step.Title + ": " + Cause(message, step, plan, errno, detail, hookOutput);
        if ((MissingCall(message.Call, errno) ?? step.Hint?.Invoke(message.Errno)) is { } hint) text2 += $" (hint: {hint})";
        return new CofferdamException(Kind(step.Op, errno), text2, new LinuxException(step.Title, errno));
    }

    /// <summary>Init is gone without a word.</summary>
    public static CofferdamException Died(ExitStatus status, string? oom)
    {
        string how = status.Signal != 0 ? $"killed by {Signals.Name(status.Signal)}" : $"exited with {status.Code}";
        return new CofferdamException(ErrorKind.Internal, $"waiting for init: {how}{oom}");
    }

    private static string Cause(in InitMessage message, LaunchStep step, LaunchPlan plan, Errno errno, string detail, string output)
    {
        if (step.Op == InitOp.RunHook && errno is Errno.ECHILD or Errno.ETIMEDOUT)
        {
            string end = errno == Errno.ETIMEDOUT ? $"timed out after {step.Operands[3].Number} s" : Describe((int)message.Value);
            return output.Length == 0 ? end : $"{end}: {OneLine(output)}";
        }
        // podman, docker and conmon look for these words to answer with exit code 127.
        if (step.Op == InitOp.FindExecutable && errno == Errno.ENOENT && !plan.Arguments[0].Contains('/', StringComparison.Ordinal))
            return "executable file not found in $PATH";
        string cause = errno.Describe();
        if (detail.Length > 0) cause = OneLine(detail) + ": " + cause;
        bool isNamed = step.Op is InitOp.Execute or InitOp.FindExecutable or InitOp.ChangeDirectory;
        return Nr.Name(message.Call) is { } call && !isNamed ? $"{call}: {cause}" : cause;
    }

    private static string? MissingCall(int call, Errno errno)
    {
        if (errno != Errno.ENOSYS || Nr.Since(call) is not { } release) return null;
        return $"{Nr.Name(call)} came with Linux {release} and this is {KernelFeatures.Release}, unless a seccomp filter around this program hides it; coffer-oci check tells what else is missing";
    }

    private static string Describe(int status) => (status & 0x7F) == 0
        ? $"exit status {status >> 8 & 0xFF}"
        : $"killed by {Signals.Name(status & 0x7F)}";

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (char c in text) line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }

    private static ErrorKind Kind(InitOp op, Errno errno) => (op, errno) switch
    {
        (InitOp.Execute or InitOp.FindExecutable, Errno.ENOENT) => ErrorKind.InvalidArgument,
        (InitOp.WriteAttribute, Errno.ENOENT or Errno.EINVAL or Errno.EOPNOTSUPP) => ErrorKind.FailedPrecondition,
        (InitOp.RunHook, _) => ErrorKind.FailedPrecondition,
        (_, Errno.EPERM or Errno.EACCES) => ErrorKind.PermissionDenied,
        (_, Errno.ENOMEM or Errno.ENOSPC or Errno.EAGAIN) => ErrorKind.ResourceExhausted,
        _ => ErrorKind.Internal,
    };
}
