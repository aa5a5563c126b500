using Cofferdam.Containers.Sync;

namespace Cofferdam.Containers.Init;

/// <summary>The last steps: where the program is, what it inherits, and execve(2). Runtime-free.</summary>
// SAFETY: operands are offsets of NUL-terminated strings in the mapped blob, written by Launch/Steps.
internal static unsafe class ProgramOps
{
    private const int MaxPasswdBytes = 1 << 20;

    /// <summary>
    /// Step FindHome: A = path of passwd, B = uid, C = "HOME=", D = what to use when no line matches. Fills the
    /// environment's last slot. At most 1 MiB of the file is read, since the image wrote it (CVE-2026-47262).
    /// </summary>
    public static long FindHome(InitBlob* blob, StepRecord* step)
    {
        byte* result = InRoot.Scratch(blob) + InitBlob.ScratchSize / 2;
        byte* limit = result + 4096;
        byte* at = Text.Append(result, limit, (byte*)blob + step->C);
        byte* value = at;
        long fd = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_RDONLY | Abi.O_NONBLOCK);
        bool found = false;
        if (fd >= 0)
        {
            FileStat status;
            if (Sys.FileStatus(fd, &status) >= 0 && status.Kind == Abi.S_IFREG)
                found = SearchPasswd(fd, InRoot.Scratch(blob), step->B, value, limit);
            Sys.Close(fd);
        }
        if (!found) Text.Append(value, limit, (byte*)blob + step->D);
        long* slot = (long*)((byte*)blob + blob->EnvironmentOffset) + blob->HomeSlot;
        *slot = result - (byte*)blob;
        return 0;
    }

    /// <summary>
    /// Step ChangeDirectory: A = cwd, B = 1 when a later step will try again if permission is missing now. It is walked within
    /// the root and without the links of /proc/self/fd, and the kernel must be able to say where it is: a directory outside,
    /// reached by a leaked descriptor, has no path here (CVE-2024-21626).
    /// </summary>
    public static long ChangeDirectory(InitBlob* blob, StepRecord* step)
    {
        if (blob->IsInDirectory != 0) return 0;
        long result = InRoot.Open(blob, (byte*)blob + step->A, Abi.O_PATH | Abi.O_DIRECTORY);
        if (result >= 0)
        {
            long directory = result;
            result = Sys.Call(Nr.fchdir, directory);
            Sys.Close(directory);
        }
        if (step->B != 0 && (result is -Abi.EACCES or -Abi.EPERM)) return 0;
        if (result < 0) return result;
        byte* path = InRoot.Scratch(blob);
        result = Sys.Call(Nr.getcwd, (long)path, 4096);
        if (result < 0) return result;
        // "(unreachable)/…" is what the kernel answers for a directory outside.
        if (*path != (byte)'/') return -Abi.EPERM;
        blob->IsInDirectory = 1;
        return 0;
    }

    /// <summary>Step FindExecutable: A = the program as configured, B = PATH. Found as execvp(3) would.</summary>
    public static long FindExecutable(InitBlob* blob, StepRecord* step)
    {
        byte* program = (byte*)blob + step->A;
        for (byte* at = program; *at != 0; at++)
        {
            if (*at != (byte)'/') continue;
            blob->ExecutableOffset = (int)step->A;
            return CheckExecutable(program);
        }
        byte* candidate = InRoot.Scratch(blob) + InitBlob.ScratchSize / 2 + 8192;
        byte* limit = candidate + 4096;
        long result = -Abi.ENOENT;
        for (byte* directory = (byte*)blob + step->B; ;)
        {
            byte* end = candidate;
            while (*directory != 0 && *directory != (byte)':' && end + 1 < limit) *end++ = *directory++;
            *end = 0;
            if (end == candidate) { *end++ = (byte)'.'; *end = 0; }
            *end++ = (byte)'/';
            *end = 0;
            if (Text.Append(end, limit, program) != null)
            {
                long found = CheckExecutable(candidate);
                if (found == 0)
                {
                    blob->ExecutableOffset = (int)(candidate - (byte*)blob);
                    return 0;
                }
                if (found == -Abi.EACCES) result = found;
            }
            if (*directory++ != (byte)':') return result;
        }
    }

    /// <summary>Step CloseDescriptors: A = how many after the standard three stay open. The rest closes at execve(2).</summary>
    public static long CloseDescriptors(InitBlob* blob, StepRecord* step)
    {
        for (long fd = 3; fd < 3 + step->A; fd++)
        {
            long flags = Sys.Call(Nr.fcntl, fd, Abi.F_GETFD);
            if (flags < 0) return flags;
        }
        return Sys.Call(Nr.close_range, 3 + step->A, uint.MaxValue, Abi.CLOSE_RANGE_CLOEXEC);
    }

    /// <summary>
    /// Step WaitForStart: A = 1 for create. Says Ready, then (create) blocks in open(2) of exec.fifo until `start` opens
    /// its other end, and writes one byte there. The fifo closes with execve(2), which tells `start` that all went well.
    /// </summary>
    public static long WaitForStart(InitBlob* blob, StepRecord* step)
    {
        long result = SyncOps.Send(blob, InitMessageKind.Ready, 0, -1);
        if (result >= 0) result = SyncOps.WaitForGo(blob);
        if (result < 0 || step->A == 0) return result;

        byte* path = InRoot.Scratch(blob);
        byte* prefix = stackalloc byte[9]
        {
            (byte)'s', (byte)'e', (byte)'l', (byte)'f', (byte)'/', (byte)'f', (byte)'d', (byte)'/', 0,
        };
        byte* limit = path + 64;
        Text.AppendNumber(Text.Append(path, limit, prefix), limit, blob->FifoFd);
        // By the parent's O_PATH descriptor through the host's procfs: the container's /proc and root play no part.
        do result = Sys.OpenAt(blob->HostProcFd, path, Abi.O_WRONLY);
        while (result == -Abi.EINTR);
        if (result < 0) return result;
        Sys.Close(blob->FifoFd);
        blob->FifoFd = (int)result;
        blob->Released = 1;
        byte started = (byte)'0';
        return Sys.Write(blob->FifoFd, &started, 1);
    }

    /// <summary>Step Execute: A = 1 when no WaitForStart came before. Returns only an error.</summary>
    public static long Execute(InitBlob* blob, StepRecord* step)
    {
        HookOps.Relocate(blob, blob->ArgumentsOffset);
        HookOps.Relocate(blob, blob->EnvironmentOffset);
        SignalState.Unblock();
        return Sys.Call(Nr.execve, (long)((byte*)blob + blob->ExecutableOffset),
            (long)((byte*)blob + blob->ArgumentsOffset), (long)((byte*)blob + blob->EnvironmentOffset));
    }

    private static long CheckExecutable(byte* path)
    {
        FileStat status;
        long result = Sys.Call(Nr.newfstatat, Abi.AT_FDCWD, (long)path, (long)&status, 0);
        if (result < 0) return result;
        // As execve(2) answers; dockerd looks for these words to end with exit code 126.
        if (status.IsDirectory) return -Abi.EACCES;
        // AT_EACCESS needs faccessat2(2), Linux 5.8; with the real ids equal to the effective ones the old call is the same.
        return Sys.Call(Nr.faccessat, Abi.AT_FDCWD, (long)path, Abi.X_OK);
    }

    /// <summary>Reads passwd in blocks and copies the home of the first line whose uid matches.</summary>
    private static bool SearchPasswd(long fd, byte* buffer, long uid, byte* home, byte* limit)
    {
        const int Size = 16384;
        int kept = 0;
        for (int total = 0; total < MaxPasswdBytes;)
        {
            long length = Sys.Read(fd, buffer + kept, Size - kept);
            if (length < 0) return false;
            total += (int)length;
            byte* end = buffer + kept + length;
            byte* line = buffer;
            for (byte* at = buffer; at < end || (length == 0 && at == end && line < end); at++)
            {
                if (at < end && *at != (byte)'\n') continue;
                if (MatchLine(line, at, uid, home, limit)) return true;
                line = at + 1;
            }
            if (length == 0) return false;
            kept = (int)(end - line);
            if (kept >= Size) kept = 0;   // a line longer than the block names no user
            for (int i = 0; i < kept; i++) buffer[i] = line[i];
        }
        return false;
    }

    /// <summary>name:password:uid:gid:comment:home:shell</summary>
    private static bool MatchLine(byte* line, byte* end, long uid, byte* home, byte* limit)
    {
        int field = 0;
        for (byte* at = line; at < end; at++)
        {
            if (*at != (byte)':') continue;
            field++;
            byte* next = at + 1;
            if (field == 2 && (Text.ParseNumber(ref next, end) != uid || next >= end || *next != (byte)':')) return false;
            if (field != 5) continue;
            while (next < end && *next != (byte)':' && home + 1 < limit) *home++ = *next++;
            *home = 0;
            return true;
        }
        return false;
    }
}
