namespace Cofferdam.Spec;

/// <summary>Reads <c>linux.seccomp</c>.</summary>
internal static class SeccompReader
{
    public static Seccomp? ReadSeccomp(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        long start = c.Position;
        SeccompAction? action = null;
        uint? errnoRet = null;
        string? listenerPath = null, listenerMetadata = null;
        IReadOnlyList<SeccompArchitecture> architectures = [];
        IReadOnlyList<string>? flags = null;
        IReadOnlyList<SeccompSyscall> syscalls = [];
        while (c.NextField())
        {
            if (c.Is("defaultAction"u8)) action = ReadAction(ref c);
            else if (c.Is("defaultErrnoRet"u8)) errnoRet = c.UInt32();
            else if (c.Is("architectures"u8)) architectures = ReadArchitectures(ref c);
            else if (c.Is("flags"u8)) flags = c.OptionalStrings();
            else if (c.Is("listenerPath"u8)) listenerPath = c.String();
            else if (c.Is("listenerMetadata"u8)) listenerMetadata = c.String();
            else if (c.Is("syscalls"u8)) syscalls = ReadSyscalls(ref c);
            else c.Unknown();
        }
        return new Seccomp
        {
            DefaultAction = action ?? throw c.ErrorAt(start, "must have a defaultAction"),
            DefaultErrnoRet = errnoRet,
            Architectures = architectures,
            Flags = flags,
            ListenerPath = listenerPath,
            ListenerMetadata = listenerMetadata,
            Syscalls = syscalls,
        };
    }

    private static SeccompAction ReadAction(ref JsonCursor c) =>
        SeccompNames.TryParse(c.RequiredString(), out SeccompAction action) ? action : throw c.Refuse("must be an action such as SCMP_ACT_ERRNO");

    private static IReadOnlyList<SeccompArchitecture> ReadArchitectures(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var architectures = new List<SeccompArchitecture>();
        while (c.NextElement())
        {
            architectures.Add(SeccompNames.TryParse(c.RequiredString(), out SeccompArchitecture architecture)
                ? architecture : throw c.Refuse("must be an architecture such as SCMP_ARCH_X86_64"));
        }
        return architectures;
    }

    private static IReadOnlyList<SeccompSyscall> ReadSyscalls(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var syscalls = new List<SeccompSyscall>();
        while (c.NextElement()) syscalls.Add(ReadSyscall(ref c));
        return syscalls;
    }

    private static SeccompSyscall ReadSyscall(ref JsonCursor c)
    {
        long start = c.Position;
        IReadOnlyList<string> names = [];
        SeccompAction? action = null;
        uint? errnoRet = null;
        IReadOnlyList<SeccompArg> args = [];
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("names"u8)) names = c.Strings();
            else if (c.Is("action"u8)) action = ReadAction(ref c);
            else if (c.Is("errnoRet"u8)) errnoRet = c.UInt32();
            else if (c.Is("args"u8)) args = ReadArgs(ref c);
            else c.Unknown();
        }
        return new SeccompSyscall { Names = names, Action = action ?? throw c.ErrorAt(start, "must have an action"), ErrnoRet = errnoRet, Args = args };
    }

    private static IReadOnlyList<SeccompArg> ReadArgs(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var args = new List<SeccompArg>();
        while (c.NextElement()) args.Add(ReadArg(ref c));
        return args;
    }

    private static SeccompArg ReadArg(ref JsonCursor c)
    {
        long start = c.Position;
        uint? index = null;
        ulong? value = null, valueTwo = null;
        SeccompOperator? op = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("index"u8)) index = c.UInt32();
            else if (c.Is("value"u8)) value = c.UInt64();
            else if (c.Is("valueTwo"u8)) valueTwo = c.UInt64();
            else if (c.Is("op"u8))
                op = SeccompNames.TryParse(c.RequiredString(), out SeccompOperator o) ? o : throw c.Refuse("must be an operator such as SCMP_CMP_EQ");
            else c.Unknown();
        }
        return new SeccompArg { Index = index ?? 0, Value = value ?? 0, ValueTwo = valueTwo ?? 0, Op = op ?? throw c.ErrorAt(start, "must have an op") };
    }
}
