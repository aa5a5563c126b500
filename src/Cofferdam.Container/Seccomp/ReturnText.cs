using Cofferdam.Linux;

namespace Cofferdam.Containers.Seccomp;

/// <summary>Names of what a filter returns, in the words of a profile.</summary>
internal static class ReturnText
{
    public static string Of(uint value)
    {
        uint data = value & 0xffff;
        return (value & 0xffff_0000) switch
        {
            Bpf.KillProcess => "SCMP_ACT_KILL_PROCESS",
            Bpf.KillThread => "SCMP_ACT_KILL_THREAD",
            Bpf.Trap => "SCMP_ACT_TRAP",
            Bpf.Errno => $"SCMP_ACT_ERRNO {((Errno)data).Describe()}",
            Bpf.Notify => "SCMP_ACT_NOTIFY",
            Bpf.Trace => $"SCMP_ACT_TRACE {data}",
            Bpf.Log => "SCMP_ACT_LOG",
            Bpf.Allow => "SCMP_ACT_ALLOW",
            _ => $"0x{value:x8}",
        };
    }
}
