using System.Buffers.Binary;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Seccomp;
using Cofferdam.Linux;
using Cofferdam.Spec;
using Abi = Cofferdam.Containers.Init.Abi;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>The last steps: who the program runs as, what it may do, and its execution.</summary>
internal static class ProgramSteps
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>As users of images expect, a working directory that the image lacks is made.</summary>
    public static void MakeDirectory(PlanBuilder plan, Process process)
    {
        if (process.Cwd == "/") return;
        plan.Add(InitOp.MakeDirectory, "process.cwd", $"make directory '{process.Cwd}'",
            Operand.Of("path", process.Cwd), Operand.Of("mayBeRefused", 1));
    }

    /// <summary>
    /// HOME and the working directory, while init may go everywhere: root may enter a directory that the user may not. The
    /// other way round exists too (a file system that maps root to nobody), so AddIdentity tries again. True when init
    /// must find HOME.
    /// </summary>
    public static bool AddPlaces(PlanBuilder plan, Process process)
    {
        bool findsHome = !HasVariable(process.Env, "HOME=");
        if (findsHome)
        {
            plan.Add(InitOp.FindHome, "process.env", "find HOME", Operand.Of("passwd", "/etc/passwd"),
                Operand.Of("uid", process.User.Uid), Operand.Of("prefix", "HOME="), Operand.Of("default", "/"));
        }
        ChangeDirectory(plan, process, mayBeRefused: true);
        return findsHome;
    }

    /// <summary>User and capabilities.</summary>
    public static void AddIdentity(PlanBuilder plan, RuntimeSpec spec, Process process, PlanInputs inputs)
    {
        LabelSteps.AddExec(plan, process, inputs);
        if (!process.Terminal)
            plan.Add(InitOp.OwnStandardIo, "process.user.uid", "own the standard streams", Operand.Of("uid", process.User.Uid));
        plan.Add(InitOp.SetUmask, "process.user.umask", "set the umask", Operand.Mode("mask", process.User.Umask ?? 0x12));   // 0022
        // Loading a filter without no_new_privs needs CAP_SYS_ADMIN, so it comes before capabilities are dropped.
        if (!process.NoNewPrivileges) AddSeccomp(plan, spec.Linux.Seccomp);

        ProcessCapabilities sets = process.Capabilities ?? new ProcessCapabilities();
        plan.Add(InitOp.DropBoundingCapabilities, "process.capabilities.bounding", "drop bounding capabilities",
            Operand.Of("keep", (long)Set(sets.Bounding)));
        byte[] groups = new byte[process.User.AdditionalGids.Count * 4];
        for (int i = 0; i < process.User.AdditionalGids.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(groups.AsSpan(i * 4), process.User.AdditionalGids[i]);
        plan.Add(InitOp.SetGroups, "process.user.additionalGids", "set supplementary groups",
            errno => errno is Abi.EPERM or Abi.EINVAL ? "in a user namespace the gids must be mapped by newgidmap or root" : null,
            Operand.Of("gids", groups.Length == 0 ? null : groups), Operand.Of("count", process.User.AdditionalGids.Count));
        plan.Add(InitOp.SetIds, "process.user", $"become user {process.User.Uid}, group {process.User.Gid}",
            errno => errno == Abi.EINVAL ? "the id is not mapped in the user namespace" : null,
            Operand.Of("uid", process.User.Uid), Operand.Of("gid", process.User.Gid));
        ChangeDirectory(plan, process, mayBeRefused: false);
        plan.Add(InitOp.SetCapabilities, "process.capabilities", "set capabilities",
            errno => errno == Abi.EPERM ? "effective ones must be permitted too, and the runtime must have them" : null,
            Operand.Of("effective", (long)Set(sets.Effective)), Operand.Of("permitted", (long)Set(sets.Permitted)),
            Operand.Of("inheritable", (long)Set(sets.Inheritable)),
            // The kernel has no ambient capability that is not also inheritable and permitted; runc's own default
            // configuration asks for such, and gets none.
            Operand.Of("ambient", (long)(Set(sets.Ambient) & Set(sets.Inheritable) & Set(sets.Permitted))));
        if (process.NoNewPrivileges) plan.Add(InitOp.SetNoNewPrivileges, "process.noNewPrivileges", "give up new privileges");
    }

    public static void AddStart(PlanBuilder plan, Cofferdam.Spec.Seccomp? seccomp, Process process, int preserveFds, bool waitForStart)
    {
        plan.Add(InitOp.FindExecutable, "process.args[0]", $"exec '{process.Args[0]}'",
            Operand.Of("program", process.Args[0]), Operand.Of("path", Variable(process.Env, "PATH=") ?? DefaultPath));
        plan.Add(InitOp.CloseDescriptors, "", "close other descriptors", Operand.Of("preserve", preserveFds));
        // Its listener goes to the agent by way of the process that creates the container, which does not wait for the start.
        if (process.NoNewPrivileges && Notifies(seccomp)) AddSeccomp(plan, seccomp);
        plan.Add(InitOp.WaitForStart, "", "wait for start", Operand.Of("fifo", waitForStart ? 1 : 0));
    }

    public static void AddExecute(PlanBuilder plan, Cofferdam.Spec.Seccomp? seccomp, Process process)
    {
        // As late as possible: what init calls needs no place in the profile then.
        if (process.NoNewPrivileges && !Notifies(seccomp)) AddSeccomp(plan, seccomp);
        plan.Add(InitOp.Execute, "process.args[0]", $"exec '{process.Args[0]}'",
            errno => errno switch
            {
                Abi.ENOEXEC => "not an executable format this kernel knows",
                Abi.ENOENT => "its interpreter or loader may be missing",
                Abi.E2BIG => "arguments and environment are too long",
                _ => LabelSteps.ExecuteHint(process, errno),
            });
    }

    private static void ChangeDirectory(PlanBuilder plan, Process process, bool mayBeRefused) =>
        plan.Add(InitOp.ChangeDirectory, "process.cwd", $"change directory to '{process.Cwd}'",
            errno => errno == Abi.EPERM ? "it is outside of the container's root" : null,
            Operand.Of("path", process.Cwd), Operand.Of("mayBeRefused", mayBeRefused ? 1 : 0));

    private static bool Notifies(Cofferdam.Spec.Seccomp? seccomp)
    {
        if (seccomp is null) return false;
        foreach (SeccompSyscall rule in seccomp.Syscalls)
            if (rule.Action == SeccompAction.Notify) return true;
        return false;
    }

    private static void AddSeccomp(PlanBuilder plan, Cofferdam.Spec.Seccomp? seccomp)
    {
        if (seccomp is null) return;
        SeccompProgram program = SeccompCompiler.Compile(seccomp, plan.Notes);
        byte[] instructions = System.Runtime.InteropServices.MemoryMarshal.AsBytes(program.Instructions.Span).ToArray();
        plan.Add(InitOp.LoadSeccomp, "linux.seccomp", $"load a seccomp filter of {program.Instructions.Length} instructions",
            errno => errno == Abi.EINVAL ? "does this kernel know all of linux.seccomp.flags and actions?" : null,
            Operand.Of("filter", instructions), Operand.Of("count", program.Instructions.Length),
            Operand.Of("flags", program.FilterFlags), Operand.Of("notifies", program.Notifies ? 1 : 0));
    }

    /// <summary>The bits of named capabilities; a name that this version does not know was warned about by the validator.</summary>
    private static ulong Set(IReadOnlyList<string>? names)
    {
        ulong set = 0;
        if (names is null) return set;
        foreach (string name in names)
            if (Capabilities.TryParse(name, out int bit)) set |= 1UL << bit;
        return set;
    }

    private static bool HasVariable(IReadOnlyList<string> environment, string prefix)
    {
        string? value = Variable(environment, prefix);
        return !string.IsNullOrEmpty(value);
    }

    private static string? Variable(IReadOnlyList<string> environment, string prefix)
    {
        for (int i = environment.Count - 1; i >= 0; i--)
            if (environment[i].StartsWith(prefix, StringComparison.Ordinal)) return environment[i][prefix.Length..];
        return null;
    }
}
