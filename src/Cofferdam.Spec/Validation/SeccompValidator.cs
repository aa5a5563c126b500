namespace Cofferdam.Spec;

/// <summary>Checks the system call filter.</summary>
internal static class SeccompValidator
{
    /// <summary>SECCOMP_RET_DATA: 16 bits go with an action.</summary>
    private const uint MaxReturnData = 0xffff;

    public static void Check(Seccomp seccomp, IReadOnlyDictionary<string, string> annotations, ICollection<string> warnings)
    {
        const string Path = "linux.seccomp";
        // The runtime itself could not go on: every call would wait for a listener that has no descriptor yet.
        if (seccomp.DefaultAction == SeccompAction.Notify) throw Fault.At(Path + ".defaultAction", "must not be SCMP_ACT_NOTIFY");
        CheckErrno(seccomp.DefaultErrnoRet, seccomp.DefaultAction, new Place(Path), ".defaultErrnoRet", warnings);
        bool notifies = false;
        for (int i = 0; i < seccomp.Syscalls.Count; i++)
        {
            CheckRule(seccomp.Syscalls[i], new Place(Path + ".syscalls", i), warnings);
            notifies |= seccomp.Syscalls[i].Action == SeccompAction.Notify;
        }
        for (int i = 0; i < (seccomp.Flags?.Count ?? 0); i++)
        {
            if (!SeccompNames.IsFlag(seccomp.Flags![i]))
                throw Fault.At($"{Path}.flags[{i}]", $"must be a flag such as SECCOMP_FILTER_FLAG_LOG, is '{JsonPath.Printable(seccomp.Flags[i])}'");
        }
        bool hasListener = !string.IsNullOrEmpty(seccomp.ListenerPath);
        if (hasListener) Fault.UnlessAbsolute(seccomp.ListenerPath!, Path + ".listenerPath");
        if (notifies && !hasListener && !annotations.ContainsKey("run.oci.seccomp.receiver"))
            throw Fault.At(Path + ".listenerPath", "must be given where SCMP_ACT_NOTIFY is used");
        if (!hasListener && !string.IsNullOrEmpty(seccomp.ListenerMetadata)) throw Fault.At(Path + ".listenerMetadata", "must not be given without listenerPath");
    }

    private static void CheckRule(SeccompSyscall rule, Place place, ICollection<string> warnings)
    {
        if (rule.Names.Count == 0) throw Fault.At(place, ".names", "must not be empty");
        CheckErrno(rule.ErrnoRet, rule.Action, place, ".errnoRet", warnings);
        for (int i = 0; i < rule.Args.Count; i++)
        {
            if (rule.Args[i].Index > 5) throw Fault.At(place, $".args[{i}].index", "must be from 0 to 5");
        }
        if (rule.Action != SeccompAction.Notify) return;
        for (int i = 0; i < rule.Names.Count; i++)
        {
            // runc's init hands the listener over by write, ours by sendmsg, after the filter is in force: a profile that waits for
            // its own listener there would hang.
            if (rule.Names[i] is "write" or "sendmsg") throw Fault.At(place, $".names[{i}]", $"must not be '{rule.Names[i]}' with SCMP_ACT_NOTIFY");
        }
    }

    private static void CheckErrno(uint? value, SeccompAction action, Place place, string field, ICollection<string> warnings)
    {
        if (value > MaxReturnData) throw Fault.At(place, field, $"must be at most {MaxReturnData}");
        if (value is not null && action is not (SeccompAction.Errno or SeccompAction.Trace))
            warnings.Add($"{place.Field(field)}: {SeccompNames.Name(action)} returns no errno, ignoring");
    }
}
