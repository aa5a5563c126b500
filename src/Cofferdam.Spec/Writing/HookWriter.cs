using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the <c>hooks</c> section.</summary>
internal static class HookWriter
{
    public static void Write(Utf8JsonWriter json, Hooks hooks)
    {
        if (hooks.Prestart.Count + hooks.CreateRuntime.Count + hooks.CreateContainer.Count
            + hooks.StartContainer.Count + hooks.Poststart.Count + hooks.Poststop.Count == 0)
            return;
        json.WriteStartObject("hooks"u8);
        WriteList(json, "prestart"u8, hooks.Prestart);
        WriteList(json, "createRuntime"u8, hooks.CreateRuntime);
        WriteList(json, "createContainer"u8, hooks.CreateContainer);
        WriteList(json, "startContainer"u8, hooks.StartContainer);
        WriteList(json, "poststart"u8, hooks.Poststart);
        WriteList(json, "poststop"u8, hooks.Poststop);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Hook> hooks)
    {
        if (hooks.Count == 0) return;
        json.WriteStartArray(name);
        foreach (Hook hook in hooks)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, hook.Path);
            json.List("args"u8, hook.Args);
            json.List("env"u8, hook.Env);
            json.Optional("timeout"u8, hook.Timeout);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
