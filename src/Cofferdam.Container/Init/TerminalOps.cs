using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Init;

/// <summary>Pseudoterminals and standard streams. Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class TerminalOps
{
    /// <summary>
    /// Step OpenTerminal: A = path of ptmx, B = its fallback, C = rows, D = columns, E = uid that shall own the terminal.
    /// Opens a pair in the container's devpts; its peer comes by TIOCGPTPEER, never by the name /dev/pts/N, which the
    /// image could have replaced (CVE-2025-52565). The master goes to the parent.
    /// </summary>
    public static long OpenTerminal(InitBlob* blob, StepRecord* step)
    {
        long master = OpenMultiplexer(blob, (byte*)blob + step->A);
        if (master == -Abi.ENOENT) master = OpenMultiplexer(blob, (byte*)blob + step->B);
        if (master < 0) return master;
        int unlock = 0;
        long result = Sys.Call(Nr.ioctl, master, Abi.TIOCSPTLCK, (long)&unlock);
        if (result >= 0)
            result = Sys.Call(Nr.ioctl, master, Abi.TIOCGPTPEER, Abi.O_RDWR | Abi.O_NOCTTY | Abi.O_CLOEXEC);
        if (result < 0) return result;
        blob->TerminalFd = (int)result;

        if ((step->C | step->D) != 0)
        {
            WindowSize size = default;
            size.Rows = (ushort)step->C;
            size.Columns = (ushort)step->D;
            result = Sys.Call(Nr.ioctl, master, Abi.TIOCSWINSZ, (long)&size);
            if (result < 0) return result;
        }
        if (step->E != 0) result = Sys.Call(Nr.fchown, blob->TerminalFd, step->E, -1);
        if (result < 0 && result != -Abi.EPERM) return result;

        result = SyncOps.Send(blob, InitMessageKind.Terminal, 0, master);
        Sys.Close(master);
        return result;
    }

    /// <summary>Step BindConsole: A = path of /dev/console, which becomes the terminal. Where the image made it a link, it
    /// is ELOOP: the terminal would cover what the link leads to, a file of /proc (CVE-2025-52565).</summary>
    public static long BindConsole(InitBlob* blob, StepRecord* step)
    {
        byte* path = (byte*)blob + step->A;
        long target = InRoot.OpenNoLinks(blob, path, Abi.O_PATH);
        if (target == -Abi.ENOENT)
        {
            Sys.Close(InRoot.EnsureExists(blob, path, directory: false));
            target = InRoot.OpenNoLinks(blob, path, Abi.O_PATH);
        }
        if (target < 0) return target;
        byte empty = 0;
        long tree = Sys.OpenTree(blob->TerminalFd, &empty, Abi.OPEN_TREE_CLONE | Abi.AT_EMPTY_PATH);
        long result = tree < 0 ? tree : Sys.AttachMount(tree, target);
        Sys.Close(tree);
        Sys.Close(target);
        return result;
    }

    /// <summary>Step AttachTerminal: the terminal becomes the controlling one and the three standard streams.</summary>
    public static long AttachTerminal(InitBlob* blob, StepRecord* step)
    {
        long result = Sys.Call(Nr.ioctl, blob->TerminalFd, Abi.TIOCSCTTY, 0);
        for (int fd = 0; fd < 3 && result >= 0; fd++) result = Sys.Call(Nr.dup3, blob->TerminalFd, fd, 0);
        if (blob->TerminalFd > 2) Sys.Close(blob->TerminalFd);
        return result;
    }

    /// <summary>
    /// Step OwnStandardIo: A = uid. Pipes and files that the container inherits must be reopenable through /proc/self/fd
    /// and /dev/stdout by its user; /dev/null and what refuses (sockets, read-only files) stay as they are.
    /// </summary>
    public static long OwnStandardIo(InitBlob* blob, StepRecord* step)
    {
        for (int fd = 0; fd < 3; fd++)
        {
            FileStat status;
            if (Sys.FileStatus(fd, &status) < 0) continue;   // a closed stream has no owner
            bool isNull = status.Kind == Abi.S_IFCHR && status.Rdev == 0x103;
            if (isNull || status.Uid == (uint)step->A) continue;
            long result = Sys.Call(Nr.fchown, fd, step->A, -1);
            if (result is 0 or -Abi.EPERM or -Abi.EINVAL or -Abi.EROFS) continue;
            return result;
        }
        return 0;
    }

    private static long OpenMultiplexer(InitBlob* blob, byte* path)
    {
        long fd = InRoot.Open(blob, path, Abi.O_RDWR | Abi.O_NOCTTY);
        if (fd < 0) return fd;
        FileStat status;
        long result = Sys.FileStatus(fd, &status);
        // 5:2 is ptmx wherever it lies; on a foreign file the ioctl below could do anything.
        if (result >= 0 && (status.Kind != Abi.S_IFCHR || status.Rdev != 0x502)) result = -Abi.ENOTTY;
        if (result >= 0) return fd;
        Sys.Close(fd);
        return result;
    }

    private struct WindowSize
    {
        public ushort Rows, Columns;
        private ushort _width, _height;
    }
}
