using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Processes: handles that survive the reuse of their numbers, signals, and waiting for children.</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class Processes
{
    private static readonly TimeSpan s_tracerPause = TimeSpan.FromMilliseconds(10);

    /// <summary>The number of the calling process.</summary>
    public static int CurrentId => Libc.getpid();

    /// <summary>The effective user; 0 is root in this user namespace.</summary>
    public static uint EffectiveUid => Libc.geteuid();

    /// <summary>The effective group.</summary>
    public static uint EffectiveGid => Libc.getegid();

    /// <summary>The real user.</summary>
    public static uint Uid => Libc.getuid();

    /// <summary>The real group.</summary>
    public static uint Gid => Libc.getgid();

    /// <summary>pidfd_open(2), Linux 5.3. The handle means this process even after the number is used again.</summary>
    public static OwnedFd OpenPidfd(int pid) =>
        TryOpenPidfd(pid, out OwnedFd? pidfd, out Errno errno) ? pidfd : throw new LinuxException("pidfd_open", errno, Text(pid));

    /// <summary>pidfd_open(2), where the process may be gone (ESRCH).</summary>
    public static bool TryOpenPidfd(int pid, [NotNullWhen(true)] out OwnedFd? pidfd, out Errno errno)
    {
        // pidfds are always close-on-exec.
        long fd = Libc.syscall(Libc.SYS_pidfd_open, pid, 0, 0, 0, 0, 0);
        errno = fd < 0 ? Libc.LastErrno : Errno.None;
        pidfd = fd < 0 ? null : new OwnedFd((int)fd);
        return fd >= 0;
    }

    /// <summary>pidfd_getfd(2), Linux 5.6: a duplicate of a descriptor of another process.</summary>
    public static OwnedFd CopyFd(OwnedFd pidfd, int fd)
    {
        long copy = Libc.syscall(Libc.SYS_pidfd_getfd, pidfd.Fd, fd, 0, 0, 0, 0);
        return copy >= 0 ? new OwnedFd((int)copy) : throw Kernel.Failure("pidfd_getfd", Text(fd));
    }

    /// <summary>pidfd_send_signal(2), Linux 5.1.</summary>
    public static void SendSignal(OwnedFd pidfd, int signal)
    {
        if (!TrySendSignal(pidfd, signal, out Errno errno)) throw new LinuxException("pidfd_send_signal", errno, Signals.Name(signal));
    }

    /// <summary>pidfd_send_signal(2), where the process may have ended (ESRCH). Signal 0 only asks.</summary>
    public static bool TrySendSignal(OwnedFd pidfd, int signal, out Errno errno)
    {
        long result = Libc.syscall(Libc.SYS_pidfd_send_signal, pidfd.Fd, signal, 0, 0, 0, 0);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }

    /// <summary>kill(2). Prefer <see cref="SendSignal"/>: a number may already mean another process.</summary>
    public static void Kill(int pid, int signal)
    {
        if (!TryKill(pid, signal, out Errno errno)) throw new LinuxException("kill", errno, Text(pid));
    }

    /// <summary>kill(2), where the process may be gone (ESRCH). Signal 0 only asks.</summary>
    public static bool TryKill(int pid, int signal, out Errno errno)
    {
        int result = Libc.kill(pid, signal);
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result == 0;
    }

    /// <summary>Waits for the end of a child and reaps it (waitid(2) P_PIDFD, Linux 5.4).</summary>
    /// <returns>Null when the time is over.</returns>
    public static ExitStatus? Wait(OwnedFd pidfd, TimeSpan? timeout = null) => Wait(pidfd, timeout, () => TryReap(pidfd));

    /// <summary>Waits for the end of a child that <paramref name="tryReap"/> reaps as <see cref="TryReap"/> does.</summary>
    /// <returns>Null when the time is over.</returns>
    public static ExitStatus? Wait(OwnedFd pidfd, TimeSpan? timeout, Func<ExitStatus?> tryReap)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan? left = timeout is { } limit ? TimeSpan.FromTicks(Math.Max(0, (limit - Stopwatch.GetElapsedTime(start)).Ticks)) : null;
            if (!Poll.UntilReadable(pidfd, left)) return null;
            if (tryReap() is { } status) return status;
            if (left == TimeSpan.Zero) return null;
            // SIGCHLD would tell when the tracer lets go, but that is the program's to receive, not ours.
            Poll.Wait([], s_tracerPause);
        }
    }

    /// <summary>Reaps a child that has ended, without waiting.</summary>
    /// <returns>
    /// Null if it has not; or if it has, as its pidfd says, but a tracer keeps that to itself until it lets go (ptrace(2)).
    /// </returns>
    public static ExitStatus? TryReap(OwnedFd pidfd) => WaitId(Libc.P_PIDFD, (uint)pidfd.Fd, Libc.WEXITED | Libc.WNOHANG, out _);

    /// <summary>Waits for the end of a child and reaps it (waitid(2) P_PID).</summary>
    public static ExitStatus Wait(int pid) => WaitId(Libc.P_PID, (uint)pid, Libc.WEXITED, out _)!.Value;

    /// <summary>Reaps one ended child, whichever it is, without waiting: the loop of a program that waits for all its children.</summary>
    /// <returns>False when no child has ended, or there is none.</returns>
    public static bool TryReapAny(out int pid, out ExitStatus status)
    {
        status = WaitId(Libc.P_ALL, 0, Libc.WEXITED | Libc.WNOHANG, out pid) ?? default;
        return pid != 0;
    }

    /// <summary>The number of a child that has ended, which stays to be reaped.</summary>
    internal static bool TryPeekEndedChild(out int pid)
    {
        WaitId(Libc.P_ALL, 0, Libc.WEXITED | Libc.WNOHANG | Libc.WNOWAIT, out pid);
        return pid != 0;
    }

    /// <summary>Reaps an ended child, which another thread may have reaped in this moment.</summary>
    internal static void ReapUnlessGone(int pid)
    {
        try
        {
            WaitId(Libc.P_PID, (uint)pid, Libc.WEXITED | Libc.WNOHANG, out _);
        }
        catch (LinuxException e) when (e.Errno == Errno.ECHILD)
        {
            // Somebody waited for it without having said so before.
        }
    }

    /// <summary>Replaces this program by another (execve(2)), which keeps the process's number and signal mask.</summary>
    /// <param name="path">The program; PATH is not searched.</param>
    /// <param name="arguments">The arguments, with the zeroth.</param>
    /// <param name="environment">The whole environment, as NAME=value.</param>
    public static void Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        using CStringArray argv = new(arguments, "execve");
        using CStringArray envp = new(environment, "execve");
        fixed (byte* file = CString.Encode(path, "execve")) _ = Libc.execve(file, argv.Pointers, envp.Pointers);
        throw Kernel.Failure("execve", path);
    }

    /// <summary>True while a process has this number, zombies included.</summary>
    public static bool Exists(int pid) => TryKill(pid, 0, out Errno errno) || errno == Errno.EPERM;

    /// <summary>setns(2): moves the calling thread into the namespaces of <paramref name="target"/>.</summary>
    /// <param name="target">A namespace file, or a pidfd (Linux 5.8) with the flags of the namespaces to enter.</param>
    /// <param name="namespaces">The kinds to enter, or none to take whatever kind the file is.</param>
    /// <param name="path">Named in the exception.</param>
    public static void EnterNamespace(OwnedFd target, NamespaceFlags namespaces, string? path = null)
    {
        if (Libc.setns(target.Fd, (int)namespaces) < 0) throw Kernel.Failure("setns", path);
    }

    /// <summary>unshare(2) of namespaces, for the calling thread.</summary>
    public static void Unshare(NamespaceFlags namespaces)
    {
        if (Libc.unshare((int)namespaces) < 0) throw Kernel.Failure("unshare");
    }

    /// <summary>
    /// Gives the calling thread, which must not be one that others use, a working directory of its own and makes it
    /// <paramref name="directory"/> (unshare(2) CLONE_FS, chdir(2)).
    /// </summary>
    public static void EnterDirectoryAlone(string directory)
    {
        const int CLONE_FS = 0x200;
        if (Libc.unshare(CLONE_FS) < 0) throw Kernel.Failure("unshare");
        fixed (byte* path = CString.Encode(directory, "chdir"))
        {
            if (Libc.chdir(path) < 0) throw Kernel.Failure("chdir", directory);
        }
    }

    /// <summary>Makes orphaned descendants children of this process (prctl(2) PR_SET_CHILD_SUBREAPER).</summary>
    public static void BecomeSubreaper() => Control(36, 1, "prctl PR_SET_CHILD_SUBREAPER");

    /// <summary>Sets whether this process may be traced and read through /proc by its own user (prctl(2) PR_SET_DUMPABLE).</summary>
    public static void SetDumpable(bool dumpable) => Control(4, dumpable ? 1ul : 0, "prctl PR_SET_DUMPABLE");

    /// <summary>The signal this process gets when the thread that made it ends (prctl(2) PR_SET_PDEATHSIG); 0 for none.</summary>
    public static void SetParentDeathSignal(int signal) => Control(1, (ulong)signal, "prctl PR_SET_PDEATHSIG");

    private static void Control(int option, ulong value, string operation)
    {
        if (Libc.prctl(option, value, 0, 0, 0) < 0) throw Kernel.Failure(operation);
    }

    private static ExitStatus? WaitId(int idType, uint id, int options, out int pid)
    {
        Libc.siginfo_t info = default;
        int result;
        do result = Libc.waitid(idType, id, &info, options);
        while (Kernel.Interrupted(result));
        pid = info.si_pid;
        if (result < 0)
        {
            // Without any child there is nothing to reap, which a subreaper's loop expects.
            if (idType == Libc.P_ALL && Libc.LastErrno == Errno.ECHILD) return null;
            throw Kernel.Failure("waitid", idType == Libc.P_PID ? Text((int)id) : null);
        }

        if (pid == 0) return null;
        if ((options & Libc.WNOWAIT) == 0) OwnChildren.Forget(pid);
        return info.si_code == Libc.CLD_EXITED ? new ExitStatus(info.si_status, 0) : new ExitStatus(0, info.si_status);
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
