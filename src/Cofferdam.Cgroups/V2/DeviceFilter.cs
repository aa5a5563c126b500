using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>The device program of a cgroup: attaching it, and exchanging it on an update.</summary>
internal static class DeviceFilter
{
    private const string Field = "linux.resources.devices";

    // By its name ours is told from systemd's "sd_devices" and others, which stay: all programs of a cgroup must agree.
    private const string ProgramName = "cofferdam_dev";
    private const int RLIMIT_MEMLOCK = 8;

    /// <summary>Makes the rules, followed by the default ones, those of the cgroup.</summary>
    /// <param name="cgroup">Its directory.</param>
    /// <param name="path">The same, for messages.</param>
    /// <param name="rules">linux.resources.devices.</param>
    /// <param name="mayMiss">Any refusal is ignored, as runc's <c>--rootless</c> has it.</param>
    /// <param name="isNew">Nobody can have attached a program to the cgroup yet.</param>
    public static void Apply(OwnedFd cgroup, string path, IReadOnlyList<DeviceRule> rules, bool mayMiss, bool isNew)
    {
        BpfInstruction[] program = DeviceProgram.Build(rules, DefaultDeviceRules.Create());
        try
        {
            using OwnedFd loaded = Load(program);
            Attach(loaded, cgroup, path, isNew);
        }
        catch (LinuxException refusal) when (mayMiss || (CgroupErrors.IsPermission(refusal.Errno) && UserNamespaces.IsInside()))
        {
            // Whoever has no right to bpf(2) has none to make device nodes either, and is confined by those that exist.
        }
        catch (LinuxException refusal)
        {
            throw CofferdamException.Wrap(Field, refusal);
        }
    }

    private static OwnedFd Load(BpfInstruction[] program)
    {
        if (CgroupDevicePrograms.TryLoad(program, ProgramName, out OwnedFd? loaded, out Errno errno)) return loaded;
        if (errno != Errno.EPERM || ResourceLimits.Read(0, RLIMIT_MEMLOCK) is not { Soft: < ulong.MaxValue } limit) return CgroupDevicePrograms.Load(program, ProgramName);
        // Before 5.11 programs count as locked memory of the user, who may have used up the small default by other programs.
        try
        {
            ResourceLimits.Set(0, RLIMIT_MEMLOCK, new ResourceLimit(ulong.MaxValue, ulong.MaxValue));
        }
        catch (LinuxException)
        {
            throw new LinuxException("bpf BPF_PROG_LOAD", errno, ProgramName, hint: "needs CAP_BPF, or CAP_SYS_ADMIN before Linux 5.8");
        }

        try
        {
            return CgroupDevicePrograms.Load(program, ProgramName);
        }
        finally
        {
            ResourceLimits.Set(0, RLIMIT_MEMLOCK, limit);
        }
    }

    private static void Attach(OwnedFd program, OwnedFd cgroup, string path, bool isNew)
    {
        List<OwnedFd> old = isNew ? [] : FindOurs(cgroup);
        try
        {
            // In one step where the kernel can; else the stricter of both holds for a moment.
            int replaced = 0;
            if (old.Count > 0 && CgroupDevicePrograms.TryAttach(program, cgroup, old[0], out Errno errno)) replaced = 1;
            else if (!CgroupDevicePrograms.TryAttach(program, cgroup, null, out errno)) throw new LinuxException("bpf BPF_PROG_ATTACH", errno, path, hint: Hint(errno));
            for (int i = replaced; i < old.Count; i++)
            {
                if (!CgroupDevicePrograms.TryDetach(old[i], cgroup, out errno)) throw new LinuxException("bpf BPF_PROG_DETACH", errno, path);
            }
        }
        finally
        {
            foreach (OwnedFd one in old) one.Dispose();
        }
    }

    private static List<OwnedFd> FindOurs(OwnedFd cgroup)
    {
        List<OwnedFd> ours = [];
        if (!CgroupDevicePrograms.TryQuery(cgroup, out uint[] ids, out Errno errno)) throw new LinuxException("bpf BPF_PROG_QUERY", errno);
        foreach (uint id in ids)
        {
            // It may be gone by now, or closed to us by an LSM; one that we cannot see is not one that we made.
            if (!CgroupDevicePrograms.TryOpen(id, out OwnedFd? program, out _)) continue;
            if (CgroupDevicePrograms.NameOf(program) == ProgramName) ours.Add(program);
            else program.Dispose();
        }

        return ours;
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.EPERM => "a cgroup above has a program that forbids others below it, or CAP_NET_ADMIN is missing",
        Errno.E2BIG => "the cgroup has as many programs as it can",
        _ => null,
    };
}
