using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes <c>linux.seccomp</c>.</summary>
internal static class SeccompWriter
{
    public static void Write(Utf8JsonWriter json, Seccomp seccomp)
    {
        json.WriteStartObject("seccomp"u8);
        json.WriteString("defaultAction"u8, SeccompNames.Name(seccomp.DefaultAction));
        json.Optional("defaultErrnoRet"u8, seccomp.DefaultErrnoRet);
        if (seccomp.Architectures.Count != 0)
        {
            json.WriteStartArray("architectures"u8);
            foreach (SeccompArchitecture architecture in seccomp.Architectures) json.WriteStringValue(SeccompNames.Name(architecture));
            json.WriteEndArray();
        }
        json.OptionalList("flags"u8, seccomp.Flags);
        json.Optional("listenerPath"u8, seccomp.ListenerPath);
        json.Optional("listenerMetadata"u8, seccomp.ListenerMetadata);
        if (seccomp.Syscalls.Count != 0)
        {
            json.WriteStartArray("syscalls"u8);
            foreach (SeccompSyscall rule in seccomp.Syscalls) WriteRule(json, rule);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, SeccompSyscall rule)
    {
        json.WriteStartObject();
        json.OptionalList("names"u8, rule.Names);
        json.WriteString("action"u8, SeccompNames.Name(rule.Action));
        json.Optional("errnoRet"u8, rule.ErrnoRet);
        if (rule.Args.Count != 0)
        {
            json.WriteStartArray("args"u8);
            foreach (SeccompArg arg in rule.Args)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, arg.Index);
                json.WriteNumber("value"u8, arg.Value);
                json.NonZero("valueTwo"u8, arg.ValueTwo);
                json.WriteString("op"u8, SeccompNames.Name(arg.Op));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
