using System.Runtime.InteropServices;
using Cofferdam.Containers.Init;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Starts init: by clone3 straight into its namespaces, or as a program where this process cannot clone.</summary>
// SAFETY: what the clone child touches is unmanaged memory, freed only after clone3 returned (CLONE_VFORK: after the exec).
internal static unsafe class InitSpawn
{
    private const string Name = "coffer-init";

    public static (int Pid, OwnedFd Pidfd) Start(long cloneFlags, OwnedFd? cgroup, InheritedFds inherited, int blobNumber, StandardIo io)
    {
        OwnedFd executable = InitExecutable.OpenSealed();
        string[] arguments = [Name, "init", blobNumber.ToString()];
        return InitExecutable.CanClone
            ? Clone(executable, cloneFlags, cgroup, inherited, arguments, io)
            : Spawn(executable, inherited, arguments, io);
    }

    private static (int Pid, OwnedFd Pidfd) Spawn(OwnedFd executable, InheritedFds inherited, string[] arguments, StandardIo io)
    {
        ChildProcess child = ChildProcess.Start(new ChildStart
        {
            // Only what the child is given is open in it, and under that number. Init closes it before the program executes.
            Path = $"/proc/self/fd/{3 + inherited.All.Count}",
            Arguments = arguments,
            StandardInput = io.Input,
            StandardOutput = io.Output,
            StandardError = io.Error,
            ExtraFds = [.. inherited.All, executable],
        });
        return (child.Id, child.Pidfd);
    }

    private static (int Pid, OwnedFd Pidfd) Clone(
        OwnedFd executable, long flags, OwnedFd? cgroup, InheritedFds inherited, string[] arguments, StandardIo io)
    {
        using var argv = new CStringArray(arguments, "clone3");
        using var envp = new CStringArray([], "clone3");
        int count = inherited.All.Count;
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(CloneChild.StackSize + sizeof(CloneFrame) + count * sizeof(int)), 64);
        using OwnedFd? input = MovedUp(io.Input), output = MovedUp(io.Output), error = MovedUp(io.Error);
        try
        {
            CloneFrame* frame = (CloneFrame*)(memory + CloneChild.StackSize);
            *frame = default;
            frame->Arguments.Flags = (ulong)flags;
            if (cgroup is not null)
            {
                frame->Arguments.Flags |= Abi.CLONE_INTO_CGROUP;
                frame->Arguments.Cgroup = (ulong)cgroup.Fd;
            }
            frame->Executable = executable.Fd;
            frame->Inherited = (int*)(frame + 1);
            frame->InheritedCount = count;
            for (int i = 0; i < count; i++) frame->Inherited[i] = inherited.All[i].Fd;
            frame->StandardIo[0] = (input ?? io.Input)?.Fd ?? -1;
            frame->StandardIo[1] = (output ?? io.Output)?.Fd ?? -1;
            frame->StandardIo[2] = (error ?? io.Error)?.Fd ?? -1;
            frame->Argv = argv.Pointers;
            frame->Envp = envp.Pointers;
            frame->Pidfd = -1;
            using ExpectedChild expected = OwnChildren.Expect();
            long pid = CloneChild.Clone(frame, memory);
            if (pid < 0) throw new LinuxException("clone3", (Errno)(-pid), hint: Hint((int)-pid, cgroup is not null));
            OwnChildren.Add((int)pid);
            var pidfd = new OwnedFd(frame->Pidfd);
            if (frame->Result == 0) return ((int)pid, pidfd);
            Processes.Wait(pidfd);
            pidfd.Dispose();
            throw new LinuxException("execveat", (Errno)(-frame->Result), "init");
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>A stream whose own number is below 3 could be overwritten before it is copied.</summary>
    private static OwnedFd? MovedUp(OwnedFd? stream) => stream is { Fd: < 3 } ? Files.Duplicate(stream) : null;

    // cgroups(7): what the kernel checks of a process that is moved, it checks of one that is born in a cgroup.
    private static string? Hint(int errno, bool intoCgroup) => errno switch
    {
        Abi.EBUSY when intoCgroup => "the cgroup has controllers enabled for cgroups below it, so no process may be in it itself",
        Abi.EACCES when intoCgroup => "the nearest cgroup above both this process's and the container's must be delegated to this user; start in a delegated scope",
        Abi.EOPNOTSUPP when intoCgroup => "the cgroup is threaded, or invalid because one above it is",
        Abi.EPERM => "new namespaces need CAP_SYS_ADMIN or a user namespace in linux.namespaces",
        28 => "see /proc/sys/user/max_*_namespaces",   // ENOSPC
        Abi.EAGAIN => "see the limits of processes: pids.max, RLIMIT_NPROC, kernel.pid_max",
        _ => null,
    };
}
