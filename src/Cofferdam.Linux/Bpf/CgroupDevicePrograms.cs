using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>
/// eBPF programs that decide which devices the processes of a v2 cgroup may use (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE,
/// Linux 4.15). Several may be attached to a cgroup; all of them must agree.
/// </summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class CgroupDevicePrograms
{
    // BPF_CGROUP_MAX_PROGS of the kernel.
    private const int MaxPrograms = 64;
    private const int LogSize = 64 * 1024;

    /// <summary>Loads a program under a name of at most 15 letters, digits, '_' and '.'.</summary>
    /// <exception cref="LinuxException">The kernel refuses it; the hint is the end of what the verifier says.</exception>
    public static OwnedFd Load(ReadOnlySpan<BpfInstruction> program, string name)
    {
        if (TryLoad(program, name, null, out OwnedFd? loaded, out Errno errno)) return loaded;
        // Printing the log takes the verifier several times as long, so it is asked for only now.
        byte[] log = new byte[LogSize];
        if (errno != Errno.EPERM && TryLoad(program, name, log, out loaded, out errno)) return loaded;
        throw new LinuxException("bpf BPF_PROG_LOAD", errno, name, hint: LastLines(log));
    }

    /// <summary>As <see cref="Load"/>, without the verifier's explanation.</summary>
    public static bool TryLoad(ReadOnlySpan<BpfInstruction> program, string name, [NotNullWhen(true)] out OwnedFd? loaded, out Errno errno) =>
        TryLoad(program, name, null, out loaded, out errno);

    /// <summary>Attaches a program to a cgroup beside those that are there, or in the place of one of them.</summary>
    /// <param name="program">See <see cref="Load"/>.</param>
    /// <param name="cgroup">The cgroup's directory.</param>
    /// <param name="replaced">The program that goes in the same moment (BPF_F_REPLACE, Linux 5.6).</param>
    /// <param name="errno">EINVAL where the kernel does not know how to replace.</param>
    public static bool TryAttach(OwnedFd program, OwnedFd cgroup, OwnedFd? replaced, out Errno errno)
    {
        Libc.bpf_prog_attach_attr attributes = new()
        {
            target_fd = (uint)cgroup.Fd,
            attach_bpf_fd = (uint)program.Fd,
            attach_type = Libc.BPF_CGROUP_DEVICE,
            attach_flags = Libc.BPF_F_ALLOW_MULTI | (replaced is null ? 0 : Libc.BPF_F_REPLACE),
            replace_bpf_fd = (uint)(replaced?.Fd ?? 0),
        };
        // Older kernels refuse attributes that they do not know, unless these are zero.
        return Call(Libc.BPF_PROG_ATTACH, &attributes, sizeof(Libc.bpf_prog_attach_attr), out errno) >= 0;
    }

    /// <summary>Takes a program off a cgroup.</summary>
    public static bool TryDetach(OwnedFd program, OwnedFd cgroup, out Errno errno)
    {
        Libc.bpf_prog_attach_attr attributes = new()
        {
            target_fd = (uint)cgroup.Fd,
            attach_bpf_fd = (uint)program.Fd,
            attach_type = Libc.BPF_CGROUP_DEVICE,
        };
        return Call(Libc.BPF_PROG_DETACH, &attributes, sizeof(Libc.bpf_prog_attach_attr), out errno) >= 0;
    }

    /// <summary>The numbers of the programs attached to the cgroup itself.</summary>
    public static bool TryQuery(OwnedFd cgroup, out uint[] ids, out Errno errno)
    {
        uint* buffer = stackalloc uint[MaxPrograms];
        Libc.bpf_prog_query_attr attributes = new()
        {
            target_fd = (uint)cgroup.Fd,
            attach_type = Libc.BPF_CGROUP_DEVICE,
            prog_ids = buffer,
            prog_cnt = MaxPrograms,
        };
        bool done = Call(Libc.BPF_PROG_QUERY, &attributes, sizeof(Libc.bpf_prog_query_attr), out errno) >= 0;
        ids = done ? new ReadOnlySpan<uint>(buffer, (int)Math.Min(attributes.prog_cnt, MaxPrograms)).ToArray() : [];
        return done;
    }

    /// <summary>Opens a program by its number; it may be gone, or closed to us.</summary>
    public static bool TryOpen(uint id, [NotNullWhen(true)] out OwnedFd? program, out Errno errno)
    {
        Libc.bpf_get_id_attr attributes = new() { prog_id = id };
        long fd = Call(Libc.BPF_PROG_GET_FD_BY_ID, &attributes, sizeof(Libc.bpf_get_id_attr), out errno);
        program = fd >= 0 ? new OwnedFd((int)fd) : null;
        return fd >= 0;
    }

    /// <summary>The name under which a program was loaded.</summary>
    public static string NameOf(OwnedFd program)
    {
        Libc.bpf_prog_info info = default;
        Libc.bpf_info_attr attributes = new() { bpf_fd = (uint)program.Fd, info_len = (uint)sizeof(Libc.bpf_prog_info), info = &info };
        if (Call(Libc.BPF_OBJ_GET_INFO_BY_FD, &attributes, sizeof(Libc.bpf_info_attr), out Errno errno) < 0)
            throw new LinuxException("bpf BPF_OBJ_GET_INFO_BY_FD", errno);
        return Text(new ReadOnlySpan<byte>(info.name, Libc.BPF_OBJ_NAME_LEN));
    }

    private static bool TryLoad(ReadOnlySpan<BpfInstruction> program, string name, byte[]? log, [NotNullWhen(true)] out OwnedFd? loaded, out Errno errno)
    {
        long fd;
        fixed (BpfInstruction* instructions = program)
        fixed (byte* license = "Apache-2.0\0"u8)
        fixed (byte* logBuffer = log)
        {
            Libc.bpf_prog_load_attr attributes = new()
            {
                prog_type = Libc.BPF_PROG_TYPE_CGROUP_DEVICE,
                insn_cnt = (uint)program.Length,
                insns = instructions,
                license = license,
                log_level = log is null ? 0u : 1u,
                log_size = (uint)(log?.Length ?? 0),
                log_buf = logBuffer,
            };
            Encoding.ASCII.GetBytes(name, new Span<byte>(attributes.prog_name, Libc.BPF_OBJ_NAME_LEN - 1));
            fd = Call(Libc.BPF_PROG_LOAD, &attributes, sizeof(Libc.bpf_prog_load_attr), out errno);
        }

        // Descriptors of bpf(2) are always close-on-exec.
        loaded = fd >= 0 ? new OwnedFd((int)fd) : null;
        return fd >= 0;
    }

    // EAGAIN: the verifier was interrupted by a signal.
    private static long Call(int command, void* attributes, int size, out Errno errno)
    {
        long result;
        do result = Libc.syscall(Libc.SYS_bpf, command, (long)attributes, size, 0, 0, 0);
        while (Kernel.Interrupted(result) || (result < 0 && Libc.LastErrno == Errno.EAGAIN));
        errno = result < 0 ? Libc.LastErrno : Errno.None;
        return result;
    }

    private static string Text(ReadOnlySpan<byte> terminated)
    {
        int end = terminated.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? terminated : terminated[..end]);
    }

    // The last but one line is the complaint, the last one a summary.
    private static string? LastLines(byte[] log)
    {
        string[] lines = Text(log).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? null : "verifier: " + string.Join("; ", lines.AsSpan(Math.Max(0, lines.Length - 3)).ToArray());
    }
}
