using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Rootfs;

/// <summary>
/// File systems in user space, whose type names their program (<c>fuse3.fuse-overlayfs</c>): mount.fuse(8) starts it. It ends with
/// the mount, and is then reaped as an orphan.
/// </summary>
internal static class FuseMount
{
    /// <summary>The helper for a type, and the type without its prefix.</summary>
    public static bool IsFor(string type, out string helper, out string program)
    {
        int dot = type.IndexOf('.', StringComparison.Ordinal);
        (helper, program) = dot < 0 ? ("", "") : ($"mount.{type[..dot]}", type[(dot + 1)..]);
        return helper is "mount.fuse" or "mount.fuse3";
    }

    /// <exception cref="CofferdamException">The helper is not there, or failed; the message is its own.</exception>
    public static void Perform(string source, OwnedFd target, IReadOnlyList<string> options, string helper, string program)
    {
        string path = HostPrograms.Find(helper) ?? throw new CofferdamException(ErrorKind.NotFound, $"program '{helper}' is not in $PATH");
        List<string> arguments = [helper, source, Files.ReadLink(target.ProcPath)];
        foreach (string option in options) arguments.AddRange(["-o", option]);
        arguments.AddRange(["-t", program]);
        (ExitStatus status, byte[] output) = HostPrograms.Run(path, arguments, withErrors: true);
        if (status == default) return;
        string text = Encoding.UTF8.GetString(output).Trim();
        throw new CofferdamException(ErrorKind.Unknown, $"{helper}: {(text.Length > 0 ? text : $"ended with {status.ShellCode}")}");
    }
}
