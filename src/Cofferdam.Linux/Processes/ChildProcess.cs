using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>
/// A child started by posix_spawn(3): a hook, newuidmap, a logger. It has default signal dispositions, an empty signal
/// mask and only the descriptors it was given, and the parent's memory is never copied.
/// </summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public sealed unsafe class ChildProcess : IDisposable
{
    private ExitStatus? _status;

    private ChildProcess(int id, OwnedFd pidfd)
    {
        Id = id;
        Pidfd = pidfd;
    }

    /// <summary>The process number, meaningful until the child was waited for.</summary>
    public int Id { get; }

    /// <summary>The child's pidfd: readable when it has ended.</summary>
    public OwnedFd Pidfd { get; }

    /// <summary>Starts a child. A program that cannot be executed is reported here, with the errno of execve(2).</summary>
    public static ChildProcess Start(ChildStart start)
    {
        using CStringArray arguments = new(start.Arguments.Count == 0 ? [start.Path] : start.Arguments, "posix_spawn");
        using CStringArray environment = new(start.Environment, "posix_spawn");
        // Above all numbers the child shall have, so that no dup2 in the child overwrites a source it still needs.
        int firstFree = 3 + start.ExtraFds.Count;
        List<OwnedFd> sources = [];
        Libc.posix_spawn_file_actions actions;
        Libc.posix_spawnattr attributes;
        Check(Libc.posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
        Check(Libc.posix_spawnattr_init(&attributes), "posix_spawnattr_init");
        try
        {
            AddFd(&actions, sources, start.StandardInput, 0, firstFree);
            AddFd(&actions, sources, start.StandardOutput, 1, firstFree);
            AddFd(&actions, sources, start.StandardError, 2, firstFree);
            for (int i = 0; i < start.ExtraFds.Count; i++) AddFd(&actions, sources, start.ExtraFds[i], 3 + i, firstFree);
            Check(Libc.posix_spawn_file_actions_addclosefrom_np(&actions, firstFree), "posix_spawn_file_actions_addclosefrom_np");
            AddWorkingDirectory(&actions, start.WorkingDirectory);
            SetAttributes(&attributes, start.NewSession);

            int pid;
            using ExpectedChild expected = OwnChildren.Expect();
            fixed (byte* path = CString.Encode(start.Path, "posix_spawn"))
            {
                bool isLowered = OpenFileLimit.BeginSpawn();
                int error = Libc.posix_spawn(&pid, path, &actions, &attributes, arguments.Pointers, environment.Pointers);
                OpenFileLimit.EndSpawn(isLowered);
                if (error != 0) throw new LinuxException("posix_spawn", (Errno)error, start.Path);
                if (!isLowered) OpenFileLimit.GiveBack(pid);
            }

            OwnChildren.Add(pid);
            return Adopt(pid);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(&actions);
            _ = Libc.posix_spawnattr_destroy(&attributes);
            foreach (OwnedFd source in sources) source.Dispose();
        }
    }

    /// <summary>Waits for the end of the child; may be called again afterwards.</summary>
    /// <returns>Null when the time is over.</returns>
    public ExitStatus? Wait(TimeSpan? timeout = null) => _status ??= Processes.Wait(Pidfd, timeout);

    /// <summary>Sends a signal; a child that has ended is fine.</summary>
    public void Kill(int signal = Signals.Kill)
    {
        if (_status is null && !Processes.TrySendSignal(Pidfd, signal, out Errno errno) && errno != Errno.ESRCH)
            throw new LinuxException("pidfd_send_signal", errno, Signals.Name(signal));
    }

    /// <summary>Closes the handle. The child runs on; kill and wait for it first if it must not.</summary>
    public void Dispose() => Pidfd.Dispose();

    private static ChildProcess Adopt(int pid)
    {
        // The number cannot be reused before we reap it, so this is the child.
        if (Processes.TryOpenPidfd(pid, out OwnedFd? pidfd, out Errno errno)) return new ChildProcess(pid, pidfd);
        Processes.Kill(pid, Signals.Kill);
        Processes.Wait(pid);
        throw new LinuxException("pidfd_open", errno);
    }

    private static void AddFd(Libc.posix_spawn_file_actions* actions, List<OwnedFd> sources, OwnedFd? source, int target, int firstFree)
    {
        if (source is null) return;
        OwnedFd copy = Files.Duplicate(source, firstFree);
        sources.Add(copy);
        Check(Libc.posix_spawn_file_actions_adddup2(actions, copy.Fd, target), "posix_spawn_file_actions_adddup2");
    }

    private static void AddWorkingDirectory(Libc.posix_spawn_file_actions* actions, string? directory)
    {
        if (directory is null) return;
        // SAFETY: glibc copies the string.
        fixed (byte* path = CString.Encode(directory, "chdir")) Check(Libc.posix_spawn_file_actions_addchdir_np(actions, path), "posix_spawn_file_actions_addchdir_np");
    }

    private static void SetAttributes(Libc.posix_spawnattr* attributes, bool newSession)
    {
        // The runtime's ignored SIGPIPE would survive the exec, and so would the two signals that glibc keeps for itself
        // and ignores in the child unless they are named here.
        Libc.sigset_t all = default, none = default;
        all.bits[0] = ulong.MaxValue;
        short flags = (short)(Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | (newSession ? Libc.POSIX_SPAWN_SETSID : 0));
        Check(Libc.posix_spawnattr_setsigdefault(attributes, &all), "posix_spawnattr_setsigdefault");
        Check(Libc.posix_spawnattr_setsigmask(attributes, &none), "posix_spawnattr_setsigmask");
        Check(Libc.posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags");
    }

    private static void Check(int error, string operation)
    {
        if (error != 0) throw new LinuxException(operation, (Errno)error);
    }
}
