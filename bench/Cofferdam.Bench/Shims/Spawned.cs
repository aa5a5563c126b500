using System.Runtime.InteropServices;

namespace Cofferdam.Bench.Shims;

/// <summary>A started program that is not waited for at once. In a session of its own, so that ^C at the terminal is for the bench alone.</summary>
internal sealed unsafe class Spawned
{
    private readonly string _program;

    private Spawned(string program, int pid)
    {
        _program = program;
        Pid = pid;
    }

    public int Pid { get; }

    /// <param name="program">Its full path.</param>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="environment">All of it, as NAME=value.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="output">A descriptor for its standard output; closed here.</param>
    /// <param name="log">A file for what it says on standard error.</param>
    public static Spawned Start(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string folder, int output, string log)
    {
        using var errors = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        using var nothing = new FileStream("/dev/null", FileMode.Open, FileAccess.Read);
        byte** argv = Command.Layout([program, .. arguments]);
        byte** envp = Command.Layout(environment);
        // SAFETY: posix_spawn_file_actions_t is 80 and posix_spawnattr_t 336 bytes in glibc; the spawn reads them before it returns.
        byte* actions = stackalloc byte[128];
        byte* attributes = stackalloc byte[512];
        Libc.posix_spawn_file_actions_init(actions);
        Libc.posix_spawn_file_actions_addchdir_np(actions, folder);
        Libc.posix_spawn_file_actions_adddup2(actions, (int)nothing.SafeFileHandle.DangerousGetHandle(), 0);
        Libc.posix_spawn_file_actions_adddup2(actions, output, 1);
        Libc.posix_spawn_file_actions_adddup2(actions, (int)errors.SafeFileHandle.DangerousGetHandle(), 2);
        Libc.posix_spawnattr_init(attributes);
        Libc.posix_spawnattr_setflags(attributes, Libc.SpawnSetSid);
        int pid;
        int failure = Libc.posix_spawn(&pid, program, actions, attributes, argv, envp);
        Libc.posix_spawn_file_actions_destroy(actions);
        Libc.close(output);
        return failure == 0 ? new Spawned(program, pid) : throw new PeerFailedException($"{program}: not started: {Marshal.GetPInvokeErrorMessage(failure)}");
    }

    /// <summary>What a program prints until nobody holds its standard output any more, and its exit code, as containerd reads a shim's <c>start</c>.</summary>
    public static (string Output, int Code) Read(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string folder, string log)
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.OCloexec) != 0)
        {
            throw new InvalidOperationException($"pipe: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var reader = new StreamReader(new FileStream(new(ends[0], ownsHandle: true), FileAccess.Read, bufferSize: 0));
        Spawned child = Start(program, arguments, environment, folder, ends[1], log);
        string output = reader.ReadToEnd();
        return (output.Trim(), child.WaitUntilExit());
    }

    /// <summary>The exit code, or 128 plus the signal.</summary>
    public int WaitUntilExit()
    {
        using (var process = new WatchedProcess(Pid))
        {
            process.WaitUntilExit();
        }

        int status;
        Rusage usage;
        return Libc.wait4(Pid, &status, 0, &usage) != Pid ? throw new PeerFailedException($"{_program}: reaped by someone else")
            : (status & 0x7f) != 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
    }
}
