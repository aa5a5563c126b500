namespace Cofferdam.Spec;

/// <summary>Reads the <c>hooks</c> section.</summary>
internal static class HookReader
{
    public static Hooks? ReadHooks(ref JsonCursor c)
    {
        if (!c.BeginObject()) return null;
        IReadOnlyList<Hook> prestart = [], createRuntime = [], createContainer = [], startContainer = [], poststart = [], poststop = [];
        while (c.NextField())
        {
            if (c.Is("prestart"u8)) prestart = ReadList(ref c);
            else if (c.Is("createRuntime"u8)) createRuntime = ReadList(ref c);
            else if (c.Is("createContainer"u8)) createContainer = ReadList(ref c);
            else if (c.Is("startContainer"u8)) startContainer = ReadList(ref c);
            else if (c.Is("poststart"u8)) poststart = ReadList(ref c);
            else if (c.Is("poststop"u8)) poststop = ReadList(ref c);
            else c.Unknown();
        }
        return new Hooks
        {
            Prestart = prestart,
            CreateRuntime = createRuntime,
            CreateContainer = createContainer,
            StartContainer = startContainer,
            Poststart = poststart,
            Poststop = poststop,
        };
    }

    private static IReadOnlyList<Hook> ReadList(ref JsonCursor c)
    {
        if (!c.BeginArray()) return [];
        var hooks = new List<Hook>();
        while (c.NextElement()) hooks.Add(ReadHook(ref c));
        return hooks;
    }

    private static Hook ReadHook(ref JsonCursor c)
    {
        string? path = null;
        IReadOnlyList<string> args = [], env = [];
        int? timeout = null;
        c.BeginElement();
        while (c.NextField())
        {
            if (c.Is("path"u8)) path = c.String();
            else if (c.Is("args"u8)) args = c.Strings();
            else if (c.Is("env"u8)) env = c.Strings();
            else if (c.Is("timeout"u8)) timeout = c.Int32();
            else c.Unknown();
        }
        return new Hook { Path = path ?? "", Args = args, Env = env, Timeout = timeout };
    }
}
