using System.Runtime.InteropServices;

namespace Cofferdam.Linux.Syscalls;

// bpf(2): each command takes its own member of union bpf_attr, with its own size.
public static unsafe partial class Libc
{
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_PROG_ATTACH = 8;
    public const int BPF_PROG_DETACH = 9;
    public const int BPF_PROG_GET_FD_BY_ID = 13;
    public const int BPF_OBJ_GET_INFO_BY_FD = 15;
    public const int BPF_PROG_QUERY = 16;

    public const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    public const uint BPF_CGROUP_DEVICE = 6;
    public const uint BPF_F_ALLOW_MULTI = 2;
    public const uint BPF_F_REPLACE = 4;

    public const int BPF_OBJ_NAME_LEN = 16;

    /// <summary>bpf(2), which glibc does not wrap; one of the few numbers that differ.</summary>
    public static long SYS_bpf => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>For BPF_PROG_LOAD, up to the name (4.15).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_prog_load_attr
    {
        public uint prog_type;
        public uint insn_cnt;
        public void* insns;
        public void* license;
        public uint log_level;
        public uint log_size;
        public void* log_buf;
        public uint kern_version;
        public uint prog_flags;
        public fixed byte prog_name[BPF_OBJ_NAME_LEN];
    }

    /// <summary>For BPF_PROG_ATTACH and BPF_PROG_DETACH; the last member came with 5.6.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_prog_attach_attr
    {
        public uint target_fd;
        public uint attach_bpf_fd;
        public uint attach_type;
        public uint attach_flags;
        public uint replace_bpf_fd;
    }

    /// <summary>For BPF_PROG_QUERY.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_prog_query_attr
    {
        public uint target_fd;
        public uint attach_type;
        public uint query_flags;
        public uint attach_flags;
        public uint* prog_ids;
        public uint prog_cnt;
        public uint padding;
    }

    /// <summary>For BPF_PROG_GET_FD_BY_ID.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_get_id_attr
    {
        public uint prog_id;
        public uint next_id;
        public uint open_flags;
    }

    /// <summary>For BPF_OBJ_GET_INFO_BY_FD.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_info_attr
    {
        public uint bpf_fd;
        public uint info_len;
        public void* info;
    }

    /// <summary>struct bpf_prog_info, of which only the name is used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct bpf_prog_info
    {
        public fixed byte before_name[64];
        public fixed byte name[BPF_OBJ_NAME_LEN];
    }
}
