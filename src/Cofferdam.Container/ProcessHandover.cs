using System.Globalization;
using System.Text;
using Cofferdam.Containers.Launch;
using Cofferdam.Linux;

namespace Cofferdam.Containers;

/// <summary>Tells those who asked about a new process: by pid file, and by a pidfd through a socket.</summary>
internal static class ProcessHandover
{
    private const int PidFileMode = 0x1A4;   // 0644

    /// <summary>Does so, and makes the public handle. The process does not outlive a failure.</summary>
    /// <param name="process">The new process; its descriptors pass to the answer.</param>
    /// <param name="pidFile">Where to write the pid, if anywhere.</param>
    /// <param name="pidfdSocket">Where to send the pidfd, if anywhere.</param>
    /// <param name="detached">Nobody in this program will wait for the process.</param>
    /// <param name="kind">The message beside the pidfd. Receivers of runc's tell "standard" (init) from "setns" (exec).</param>
    public static ContainerProcess Complete(LaunchedProcess process, bool detached, string? pidFile, string? pidfdSocket, string kind)
    {
        ContainerProcess handle = new(process, detached);
        try
        {
            if (pidfdSocket is not null) SendPidfd(pidfdSocket, process.Pidfd, kind);
            if (pidFile is not null) WritePidFile(pidFile, process.Pid);
            return handle;
        }
        catch
        {
            Processes.TrySendSignal(process.Pidfd, Signals.Kill, out _);
            handle.Wait();
            handle.Dispose();
            throw;
        }
    }

    private static void SendPidfd(string path, OwnedFd pidfd, string kind)
    {
        using OwnedFd socket = UnixSockets.Connect(path);
        UnixSockets.SendFd(socket, Encoding.ASCII.GetBytes(kind), pidfd.Fd);
    }

    // Atomic, because callers wait for the file to appear and then read it.
    private static void WritePidFile(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        using OwnedFd directory = Files.Open(Path.GetDirectoryName(full) ?? "/", OpenFlags.Directory);
        byte[] text = Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture));
        AtomicFile.Write(directory, Path.GetFileName(full), text, PidFileMode);
    }
}
