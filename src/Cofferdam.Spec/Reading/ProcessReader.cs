namespace Cofferdam.Spec;

/// <summary>Reads the <c>process</c> section.</summary>
internal static class ProcessReader
{
    public static Process? ReadProcess(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        bool? terminal = null, noNewPrivileges = null;
        ConsoleSize? consoleSize = null;
        User? user = null;
        IReadOnlyList<string> args = [], env = [];
        IReadOnlyList<PosixRlimit> rlimits = [];
        string? commandLine = null, cwd = null, apparmor = null, selinux = null;
        ProcessCapabilities? capabilities = null;
        int? oomScoreAdj = null;
        Scheduler? scheduler = null;
        IoPriority? ioPriority = null;
        CpuAffinity? affinity = null;
        while (c.NextField())
        {
            if (c.Is("terminal"u8)) terminal = c.Bool();
            else if (c.Is("consoleSize"u8)) consoleSize = ReadConsoleSize(ref c);
            else if (c.Is("user"u8)) user = ReadUser(ref c);
            else if (c.Is("args"u8)) args = c.Strings();
            else if (c.Is("env"u8)) env = c.Strings();
            else if (c.Is("cwd"u8)) cwd = c.String();
            else if (c.Is("capabilities"u8)) capabilities = ReadCapabilities(ref c);
            else if (c.Is("rlimits"u8)) rlimits = ReadRlimits(ref c);
            else if (c.Is("noNewPrivileges"u8)) noNewPrivileges = c.Bool();
            else if (c.Is("apparmorProfile"u8)) apparmor = c.String();
            else if (c.Is("oomScoreAdj"u8)) oomScoreAdj = c.Int32();
            else if (c.Is("scheduler"u8)) scheduler = SchedulingReader.ReadScheduler(ref c);
            else if (c.Is("selinuxLabel"u8)) selinux = c.String();
            else if (c.Is("ioPriority"u8)) ioPriority = SchedulingReader.ReadIoPriority(ref c);
            else if (c.Is("execCPUAffinity"u8)) affinity = SchedulingReader.ReadAffinity(ref c);
            else if (c.Is("commandLine"u8)) commandLine = c.String();
            else c.Unknown();
        }
        return new Process
        {
            Terminal = terminal ?? false,
            ConsoleSize = consoleSize,
            User = user ?? new User(),
            Args = args,
            CommandLine = commandLine,
            Env = env,
            Cwd = cwd ?? "",
            Capabilities = capabilities,
            Rlimits = rlimits,
            NoNewPrivileges = noNewPrivileges ?? false,
            ApparmorProfile = apparmor,
            OomScoreAdj = oomScoreAdj,
            Scheduler = scheduler,
            SelinuxLabel = selinux,
            IoPriority = ioPriority,
            ExecCpuAffinity = affinity,
        };
    }

    private static ConsoleSize? ReadConsoleSize(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        uint? height = null, width = null;
        while (c.NextField())
        {
            if (c.Is("height"u8)) height = c.UInt32();
            else if (c.Is("width"u8)) width = c.UInt32();
            else c.Unknown();
        }
        return new ConsoleSize { Height = height ?? 0, Width = width ?? 0 };
    }

    private static User? ReadUser(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        uint? uid = null, gid = null, umask = null;
        string? username = null;
        IReadOnlyList<uint> additionalGids = [];
        while (c.NextField())
        {
            if (c.Is("uid"u8)) uid = c.UInt32();
            else if (c.Is("gid"u8)) gid = c.UInt32();
            else if (c.Is("umask"u8)) umask = c.UInt32();
            else if (c.Is("additionalGids"u8)) additionalGids = ReadIds(ref c);
            else if (c.Is("username"u8)) username = c.String();
            else c.Unknown();
        }
        return new User { Uid = uid ?? 0, Gid = gid ?? 0, Umask = umask, AdditionalGids = additionalGids, Username = username };
    }

    private static IReadOnlyList<uint> ReadIds(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var ids = new List<uint>();
        while (c.NextElement()) ids.Add(c.RequiredUInt32());
        return ids;
    }

    private static ProcessCapabilities? ReadCapabilities(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        IReadOnlyList<string>? bounding = null, effective = null, inheritable = null, permitted = null, ambient = null;
        while (c.NextField())
        {
            if (c.Is("bounding"u8)) bounding = ReadCapabilitySet(ref c);
            else if (c.Is("effective"u8)) effective = ReadCapabilitySet(ref c);
            else if (c.Is("inheritable"u8)) inheritable = ReadCapabilitySet(ref c);
            else if (c.Is("permitted"u8)) permitted = ReadCapabilitySet(ref c);
            else if (c.Is("ambient"u8)) ambient = ReadCapabilitySet(ref c);
            else c.Unknown();
        }
        return new ProcessCapabilities
        {
            Bounding = bounding,
            Effective = effective,
            Inheritable = inheritable,
            Permitted = permitted,
            Ambient = ambient,
        };
    }

    private static IReadOnlyList<string>? ReadCapabilitySet(ref JsonCursor c)
    {
        if (!c.BeginArray()) return null;
        var names = new List<string>();
        while (c.NextElement())
        {
            string name = c.RequiredString();
            // The specification asks for a warning: a configuration may be newer than the runtime.
            if (!CapabilityNames.IsKnown(name)) c.Warn($"unknown capability '{JsonPath.Printable(name)}', ignoring");
            names.Add(name);
        }
        return names;
    }

    private static IReadOnlyList<PosixRlimit> ReadRlimits(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var limits = new List<PosixRlimit>();
        while (c.NextElement()) limits.Add(ReadRlimit(ref c));
        return limits;
    }

    private static PosixRlimit ReadRlimit(ref JsonCursor c)
    {
        RlimitType? type = null;
        ulong? soft = null, hard = null;
        long start = c.Position;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("type"u8)) type = ProcessNames.TryParse(c.RequiredString(), out RlimitType t) ? t : throw c.Refuse("must be a resource limit such as RLIMIT_NOFILE");
            else if (c.Is("soft"u8)) soft = c.UInt64();
            else if (c.Is("hard"u8)) hard = c.UInt64();
            else c.Unknown();
        }
        if (type is null) throw c.ErrorAt(start, "must have a type");
        return new PosixRlimit { Type = type.Value, Soft = soft ?? 0, Hard = hard ?? 0 };
    }
}
