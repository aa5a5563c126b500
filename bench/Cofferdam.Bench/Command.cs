using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cofferdam.Bench;

/// <summary>A command line laid out in native memory once, so that starting it costs the launcher nothing but the spawn.</summary>
internal sealed unsafe class Command
{
    private const int LimitMilliseconds = 30_000;
    private static readonly FileStream s_null = new("/dev/null", FileMode.Open, FileAccess.ReadWrite);
    private static readonly FileStream s_errors = new(Path.GetTempFileName(), new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.DeleteOnClose,
    });

    // posix_spawn_file_actions_t is 80 bytes in glibc, posix_spawnattr_t 336.
    private static readonly void* s_actions = CreateActions();
    private static readonly void* s_attributes = CreateAttributes();
    private static readonly byte** s_environment = Layout(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]);

    private readonly string _program;
    private readonly string _text;
    private readonly byte** _arguments;

    public Command(string program, params IReadOnlyList<string> arguments)
    {
        _program = program;
        _text = $"{program} {string.Join(' ', arguments)}";
        _arguments = Layout([program, .. arguments]);
    }

    /// <summary>Runs to the end; throws unless the exit code is 0.</summary>
    public Sample Run()
    {
        s_errors.SetLength(0);
        int code = TryRun(out Sample sample);
        return code == 0 ? sample : throw new PeerFailedException($"{_text}: exit code {code}: {LastError()}");
    }

    /// <summary>The exit code, or 128 plus the signal, or -1 when it had to be killed after 30 seconds.</summary>
    public int TryRun(out Sample sample)
    {
        int pid;
        long start = Stopwatch.GetTimestamp();
        // SAFETY: all blocks live as long as the process; the kernel copies them at exec.
        int error = Libc.posix_spawn(&pid, _program, s_actions, s_attributes, _arguments, s_environment);
        if (error != 0)
        {
            throw new PeerFailedException($"{_text}: not started: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        bool ended = WaitUntilExit(pid);
        int status;
        Rusage usage;
        Libc.wait4(pid, &status, 0, &usage);
        sample = new Sample(Stopwatch.GetElapsedTime(start).TotalMilliseconds, usage.CpuMilliseconds);
        return !ended ? -1 : (status & 0x7f) != 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
    }

    private static bool WaitUntilExit(int pid)
    {
        int fd = (int)Libc.syscall(Libc.SysPidfdOpen, pid, 0);
        bool ended = PollFd.Wait(fd, LimitMilliseconds);
        if (!ended)
        {
            Libc.kill(pid, Libc.Sigkill);
        }

        Libc.close(fd);
        return ended;
    }

    private static string LastError()
    {
        s_errors.Position = 0;
        string[] lines = new StreamReader(s_errors).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "(nothing said)" : lines[^1];
    }

    private static void* CreateActions()
    {
        void* actions = NativeMemory.AllocZeroed(256);
        Libc.posix_spawn_file_actions_init(actions);
        int nothing = (int)s_null.SafeFileHandle.DangerousGetHandle();
        Libc.posix_spawn_file_actions_adddup2(actions, nothing, 0);
        Libc.posix_spawn_file_actions_adddup2(actions, nothing, 1);
        Libc.posix_spawn_file_actions_adddup2(actions, (int)s_errors.SafeFileHandle.DangerousGetHandle(), 2);
        return actions;
    }

    // A process group of its own (0, as the attributes have it), so that ^C at the terminal is for the bench, which lets what it started come to its end.
    private static void* CreateAttributes()
    {
        void* attributes = NativeMemory.AllocZeroed(512);
        Libc.posix_spawnattr_init(attributes);
        Libc.posix_spawnattr_setflags(attributes, Libc.SpawnSetPgroup);
        return attributes;
    }

    /// <summary>A NULL-terminated array of strings in native memory, never freed.</summary>
    public static byte** Layout(IReadOnlyList<string> texts)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)((texts.Count + 1) * sizeof(byte*)));
        for (int i = 0; i < texts.Count; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[i]);
            array[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(array[i], bytes.Length));
        }

        return array;
    }
}
