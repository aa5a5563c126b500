namespace Cofferdam.Shim.Bootstrap;

/// <summary>The command line of a shim: flags in the manner of Go, then an action (containerd, core/runtime/v2/README.md).</summary>
internal sealed record ShimArguments
{
    /// <summary><c>start</c>, <c>delete</c>, or nothing to serve.</summary>
    public string Action { get; private set; } = "";

    public string Namespace { get; private set; } = "";

    public string Id { get; private set; } = "";

    /// <summary>containerd's gRPC socket.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What published events before ttrpc did; taken and not used, as by runc's shim.</summary>
    public string PublishBinary { get; private set; } = "";

    /// <summary>The bundle of a delete; otherwise it is the working directory.</summary>
    public string Bundle { get; private set; } = "";

    /// <summary>Where to listen, in place of descriptor 3.</summary>
    public string Socket { get; private set; } = "";

    public bool Debug { get; private set; }

    public bool Version { get; private set; }

    public bool Info { get; private set; }

    public bool Help { get; private set; }

    /// <exception cref="CofferdamException">InvalidArgument: an unknown flag, or one without its value.</exception>
    public static ShimArguments Parse(IReadOnlyList<string> args)
    {
        ShimArguments parsed = new();
        int i = 0;
        for (; i < args.Count && args[i].StartsWith('-') && args[i] != "--"; i++)
        {
            string flag = args[i].TrimStart('-');
            int equals = flag.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? flag : flag[..equals];
            string? value = equals < 0 ? null : flag[(equals + 1)..];
            if (parsed.TrySetSwitch(name, value)) continue;
            if (value is null && ++i < args.Count) value = args[i];
            if (!parsed.TrySetText(name, value ?? throw Error($"flag '-{name}': needs a value"))) throw Error($"unknown flag '-{name}'");
        }

        if (i < args.Count && args[i] == "--") i++;
        if (i < args.Count) parsed.Action = args[i];
        return parsed;
    }

    private static CofferdamException Error(string message) => new(ErrorKind.InvalidArgument, message);

    private bool TrySetSwitch(string name, string? value)
    {
        if (name is not ("debug" or "v" or "version" or "info" or "h" or "help")) return false;
        bool on = value switch
        {
            null or "true" or "1" or "t" or "T" or "TRUE" or "True" => true,
            "false" or "0" or "f" or "F" or "FALSE" or "False" => false,
            _ => throw Error($"flag '-{name}': '{value}' is not true or false"),
        };
        if (name == "debug") Debug = on;
        else if (name == "info") Info = on;
        else if (name[0] == 'h') Help = on;
        else Version = on;
        return true;
    }

    private bool TrySetText(string name, string value)
    {
        switch (name)
        {
            case "namespace": Namespace = value; return true;
            case "id": Id = value; return true;
            case "address": Address = value; return true;
            case "publish-binary": PublishBinary = value; return true;
            case "bundle": Bundle = value; return true;
            case "socket": Socket = value; return true;
            // Nothing is served there: what it is for, Go's profiler, does not exist here.
            case "debug-socket": return true;
            default: return false;
        }
    }
}
