using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Names of capabilities (capabilities(7)).</summary>
public static class Capabilities
{
    /// <summary>CAP_SYS_ADMIN, which most of mounting and namespaces needs.</summary>
    public const int SystemAdministration = 21;

    /// <summary>The highest capability that this program has a name for (Linux 5.9).</summary>
    public const int LastKnown = 40;

    /// <summary>The highest capability of the running kernel.</summary>
    public static int LastCap => int.Parse(Files.ReadText("/proc/sys/kernel/cap_last_cap"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    /// <summary>Reads a name such as "CAP_SYS_ADMIN", in capitals, as the runtime spec has it.</summary>
    public static bool TryParse(string name, out int bit)
    {
        for (bit = 0; bit <= LastKnown; bit++)
        {
            if (Name(bit) == name) return true;
        }

        bit = -1;
        return false;
    }

    /// <summary>The name of a capability; those newer than this program appear as "CAP_41".</summary>
    public static string Name(int bit) => bit switch
    {
        0 => "CAP_CHOWN",
        1 => "CAP_DAC_OVERRIDE",
        2 => "CAP_DAC_READ_SEARCH",
        3 => "CAP_FOWNER",
        4 => "CAP_FSETID",
        5 => "CAP_KILL",
        6 => "CAP_SETGID",
        7 => "CAP_SETUID",
        8 => "CAP_SETPCAP",
        9 => "CAP_LINUX_IMMUTABLE",
        10 => "CAP_NET_BIND_SERVICE",
        11 => "CAP_NET_BROADCAST",
        12 => "CAP_NET_ADMIN",
        13 => "CAP_NET_RAW",
        14 => "CAP_IPC_LOCK",
        15 => "CAP_IPC_OWNER",
        16 => "CAP_SYS_MODULE",
        17 => "CAP_SYS_RAWIO",
        18 => "CAP_SYS_CHROOT",
        19 => "CAP_SYS_PTRACE",
        20 => "CAP_SYS_PACCT",
        21 => "CAP_SYS_ADMIN",
        22 => "CAP_SYS_BOOT",
        23 => "CAP_SYS_NICE",
        24 => "CAP_SYS_RESOURCE",
        25 => "CAP_SYS_TIME",
        26 => "CAP_SYS_TTY_CONFIG",
        27 => "CAP_MKNOD",
        28 => "CAP_LEASE",
        29 => "CAP_AUDIT_WRITE",
        30 => "CAP_AUDIT_CONTROL",
        31 => "CAP_SETFCAP",
        32 => "CAP_MAC_OVERRIDE",
        33 => "CAP_MAC_ADMIN",
        34 => "CAP_SYSLOG",
        35 => "CAP_WAKE_ALARM",
        36 => "CAP_BLOCK_SUSPEND",
        37 => "CAP_AUDIT_READ",
        38 => "CAP_PERFMON",
        39 => "CAP_BPF",
        40 => "CAP_CHECKPOINT_RESTORE",
        _ => "CAP_" + bit.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The effective set of this process, one bit a capability.</summary>
    public static ulong ReadEffective() => Read("CapEff:");

    /// <summary>The bounding set of this process, one bit a capability.</summary>
    public static ulong ReadBounding() => Read("CapBnd:");

    private static ulong Read(string field)
    {
        foreach (ReadOnlySpan<char> line in Files.ReadText("/proc/self/status").AsSpan().EnumerateLines())
        {
            if (line.StartsWith(field, StringComparison.Ordinal)) return ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        throw new LinuxException("read", Errno.EBADMSG, "/proc/self/status");
    }
}
