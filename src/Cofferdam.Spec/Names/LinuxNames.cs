namespace Cofferdam.Spec;

/// <summary>Names of the vocabulary of <c>linux</c>.</summary>
/// <remarks>runtime-spec 1.3 config-linux.md.</remarks>
public static class LinuxNames
{
    /// <summary>The name of a <see cref="NamespaceType"/> in config.json.</summary>
    public static string Name(NamespaceType value) => value switch
    {
        NamespaceType.Pid => "pid",
        NamespaceType.Network => "network",
        NamespaceType.Mount => "mount",
        NamespaceType.Ipc => "ipc",
        NamespaceType.Uts => "uts",
        NamespaceType.User => "user",
        NamespaceType.Cgroup => "cgroup",
        NamespaceType.Time => "time",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="NamespaceType"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out NamespaceType value)
    {
        NamespaceType? found = name switch
        {
            "pid" => NamespaceType.Pid,
            "network" => NamespaceType.Network,
            "mount" => NamespaceType.Mount,
            "ipc" => NamespaceType.Ipc,
            "uts" => NamespaceType.Uts,
            "user" => NamespaceType.User,
            "cgroup" => NamespaceType.Cgroup,
            "time" => NamespaceType.Time,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="DeviceType"/> in config.json.</summary>
    public static string Name(DeviceType value) => value switch
    {
        DeviceType.All => "a",
        DeviceType.Block => "b",
        DeviceType.Char => "c",
        DeviceType.Unbuffered => "u",
        DeviceType.Fifo => "p",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="DeviceType"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out DeviceType value)
    {
        DeviceType? found = name switch
        {
            "a" => DeviceType.All,
            "b" => DeviceType.Block,
            "c" => DeviceType.Char,
            "u" => DeviceType.Unbuffered,
            "p" => DeviceType.Fifo,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a <see cref="PersonalityDomain"/> in config.json.</summary>
    public static string Name(PersonalityDomain value) => value switch
    {
        PersonalityDomain.Linux => "LINUX",
        PersonalityDomain.Linux32 => "LINUX32",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>The <see cref="PersonalityDomain"/> of a name; false if there is none.</summary>
    public static bool TryParse(string name, out PersonalityDomain value)
    {
        PersonalityDomain? found = name switch
        {
            "LINUX" => PersonalityDomain.Linux,
            "LINUX32" => PersonalityDomain.Linux32,
            _ => null,
        };
        value = found.GetValueOrDefault();
        return found is not null;
    }
}
