using System.Text.Json;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Reads profiles: the seccomp part of a config.json, and the form with conditions that engines take.</summary>
internal static class ProfileFile
{
    private static readonly string[] s_capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
        "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    public static Profile Docker => Read(Path.Combine(AppContext.BaseDirectory, "Profiles", "docker-20.10.json"));

    public static Profile Containerd => Read(Path.Combine(AppContext.BaseDirectory, "Profiles", "containerd-1.6.json"));

    public static Profile Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        return new Profile
        {
            DefaultAction = Action(root.GetProperty("defaultAction").GetString()!),
            DefaultErrnoRet = root.TryGetProperty("defaultErrnoRet", out JsonElement e) ? e.GetUInt32() : null,
            Architectures = Architectures(root),
            Syscalls = [.. root.GetProperty("syscalls").EnumerateArray().Where(Applies).Select(Rule)],
            ListenerPath = "/run/listener",
        };
    }

    private static IReadOnlyList<SeccompArchitecture> Architectures(JsonElement root)
    {
        if (!root.TryGetProperty("architectures", out JsonElement list))
        {
            return [SeccompArchitecture.X86_64, SeccompArchitecture.X86, SeccompArchitecture.X32];
        }
        return [.. list.EnumerateArray().Select(a => Enum.Parse<SeccompArchitecture>(a.GetString()!["SCMP_ARCH_".Length..], ignoreCase: true))];
    }

    /// <summary>Whether an engine would pass the rule on, on x86-64 with the default capabilities.</summary>
    private static bool Applies(JsonElement rule)
    {
        return Holds("includes", required: true) && Holds("excludes", required: false);

        bool Holds(string part, bool required)
        {
            if (!rule.TryGetProperty(part, out JsonElement conditions) || conditions.ValueKind != JsonValueKind.Object) return true;
            foreach ((string key, string[] ours) in new[] { ("caps", s_capabilities), ("arches", ["amd64", "x86", "x32"]) })
            {
                if (!conditions.TryGetProperty(key, out JsonElement listed)) continue;
                if (listed.EnumerateArray().Any(c => ours.Contains(c.GetString())) != required) return false;
            }
            return true;
        }
    }

    private static SeccompSyscall Rule(JsonElement rule) => new()
    {
        Names = [.. rule.GetProperty("names").EnumerateArray().Select(n => n.GetString()!)],
        Action = Action(rule.GetProperty("action").GetString()!),
        ErrnoRet = rule.TryGetProperty("errnoRet", out JsonElement e) && e.ValueKind == JsonValueKind.Number ? e.GetUInt32() : null,
        Args = !rule.TryGetProperty("args", out JsonElement a) || a.ValueKind != JsonValueKind.Array ? [] : [.. a.EnumerateArray().Select(x => new SeccompArg
        {
            Index = x.GetProperty("index").GetUInt32(),
            Value = x.GetProperty("value").GetUInt64(),
            ValueTwo = x.TryGetProperty("valueTwo", out JsonElement two) ? two.GetUInt64() : 0,
            Op = x.GetProperty("op").GetString() switch
            {
                "SCMP_CMP_NE" => SeccompOperator.NotEqual,
                "SCMP_CMP_EQ" => SeccompOperator.Equal,
                "SCMP_CMP_MASKED_EQ" => SeccompOperator.MaskedEqual,
                string other => throw new InvalidDataException(other),
                null => throw new InvalidDataException(),
            },
        })],
    };

    private static SeccompAction Action(string name) => name switch
    {
        "SCMP_ACT_ALLOW" => SeccompAction.Allow,
        "SCMP_ACT_ERRNO" => SeccompAction.Errno,
        "SCMP_ACT_KILL" => SeccompAction.KillThread,
        _ => throw new InvalidDataException(name),
    };
}
