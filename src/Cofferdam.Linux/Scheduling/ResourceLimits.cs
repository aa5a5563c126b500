using System.Globalization;
using Cofferdam.Linux.Syscalls;

namespace Cofferdam.Linux;

/// <summary>Resource limits (getrlimit(2), prlimit(2)).</summary>
// SAFETY: every pointer is to a pinned or stack buffer whose size is given; strings are terminated.
public static unsafe class ResourceLimits
{
    private const int Count = 16;

    /// <summary>Reads a name such as "RLIMIT_NOFILE" into the number of the resource.</summary>
    public static bool TryParse(string name, out int resource)
    {
        for (resource = 0; resource < Count; resource++)
        {
            if (Name(resource) == name) return true;
        }

        resource = -1;
        return false;
    }

    /// <summary>The name of a resource, with its prefix. The numbers are those of x86-64 and arm64.</summary>
    public static string Name(int resource) => resource switch
    {
        0 => "RLIMIT_CPU",
        1 => "RLIMIT_FSIZE",
        2 => "RLIMIT_DATA",
        3 => "RLIMIT_STACK",
        4 => "RLIMIT_CORE",
        5 => "RLIMIT_RSS",
        6 => "RLIMIT_NPROC",
        7 => "RLIMIT_NOFILE",
        8 => "RLIMIT_MEMLOCK",
        9 => "RLIMIT_AS",
        10 => "RLIMIT_LOCKS",
        11 => "RLIMIT_SIGPENDING",
        12 => "RLIMIT_MSGQUEUE",
        13 => "RLIMIT_NICE",
        14 => "RLIMIT_RTPRIO",
        15 => "RLIMIT_RTTIME",
        _ => "RLIMIT_" + resource.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The limits of a process, or with 0 of this one.</summary>
    public static ResourceLimit Read(int pid, int resource)
    {
        Libc.rlimit limit;
        if (Libc.prlimit(pid, resource, null, &limit) < 0) throw Kernel.Failure("prlimit", Name(resource));
        return new ResourceLimit(limit.rlim_cur, limit.rlim_max);
    }

    /// <summary>Sets the limits of a process, or with 0 of this one.</summary>
    public static void Set(int pid, int resource, ResourceLimit limit)
    {
        Libc.rlimit native = new() { rlim_cur = limit.Soft, rlim_max = limit.Hard };
        if (Libc.prlimit(pid, resource, &native, null) < 0) throw Kernel.Failure("prlimit", Name(resource));
    }
}
