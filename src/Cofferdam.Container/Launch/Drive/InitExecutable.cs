using System.Runtime;
using Cofferdam.Linux;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>
/// The program that init is, sealed: a process inside the container can open it through /proc/pid/exe, and must not be able to
/// write it then (CVE-2019-5736).
/// </summary>
public static class InitExecutable
{
    private static OwnedFd? _sealed;

    /// <summary>
    /// The program, as a path. Programs whose own <c>main</c> is init's (coffer-oci and the shim) use themselves; others name
    /// the shipped coffer-oci here, or have it beside them or in /usr/bin, /usr/local/bin or /usr/libexec/cofferdam.
    /// </summary>
    public static string? Path { get; set; }

    /// <summary>Set by the C# <c>main</c> of a program that can run as init before its runtime starts.</summary>
    public static bool IsThisProgram { get; set; }

    /// <summary>Init is cloned out of this process; without NativeAOT it is started as a program.</summary>
    /// <remarks>
    /// RuntimeFeature.IsDynamicCodeSupported would not tell: PublishAot makes it false in a project's ordinary build, too.
    /// NativeAOT compiles no method at run time, any other runtime some before this line.
    /// </remarks>
    public static bool CanClone => IsRuntimeFree && JitInfo.GetCompiledMethodCount() == 0;

    /// <summary>The executable starts as init without the .NET runtime. False in the plain build, the fallback.</summary>
    public static bool IsRuntimeFree { get; set; } = true;

    /// <summary>A descriptor that can be executed, kept for the life of the process.</summary>
    /// <exception cref="LinuxException">The executable could not be opened or copied.</exception>
    internal static OwnedFd OpenSealed()
    {
        if (_sealed is { } made) return made;
        string path = IsThisProgram ? "/proc/self/exe" : Path ?? Find();
        OwnedFd opened = Files.Open(path, OpenFlags.Path);
        OwnedFd? sealedFd = TryReadOnlyMount(opened);
        if (sealedFd is null) sealedFd = CopyToMemfd(path);
        opened.Dispose();
        return _sealed = sealedFd;
    }

    /// <summary>
    /// A detached read-only bind mount: once its descriptor is executed and closed, no mount call accepts the mount any more, so
    /// even a container with all capabilities cannot make it writable. Costs 0.1 ms, where a sealed copy costs 2.
    /// </summary>
    private static OwnedFd? TryReadOnlyMount(OwnedFd executable)
    {
        try
        {
            OwnedFd tree = Mounts.Clone(executable, "", recursive: false);
            Mounts.SetAttributes(tree, MountAttributes.ReadOnly, MountAttributes.None, recursive: false);
            return tree;
        }
        catch (LinuxException exception) when (exception.Errno is Errno.EPERM or Errno.ENOSYS or Errno.EINVAL)
        {
            // Without CAP_SYS_ADMIN (rootless) or before Linux 5.12: the copy is as safe, and slower.
            return null;
        }
    }

    private static OwnedFd CopyToMemfd(string path)
    {
        OwnedFd memfd = Memfds.Create("coffer-init", sealable: true);
        Files.WriteAll(memfd, Files.ReadAll(path, limit: 64 << 20), path);
        Memfds.Seal(memfd);
        return memfd;
    }

    private static string Find()
    {
        string[] candidates =
        [
            System.IO.Path.Combine(AppContext.BaseDirectory, "coffer-oci"), "/usr/local/bin/coffer-oci", "/usr/bin/coffer-oci",
            "/usr/libexec/cofferdam/coffer-oci",
        ];
        foreach (string candidate in candidates)
            if (Files.IsExecutable(candidate)) return candidate;
        throw new CofferdamException(ErrorKind.FailedPrecondition,
            $"finding 'coffer-oci', which every container begins as: not in '{AppContext.BaseDirectory}' nor in the usual places "
            + "(hint: set InitExecutable.Path)");
    }
}
