using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>Where the criu program and its configuration are.</summary>
internal static class CriuProgram
{
    /// <summary>The annotation that names a configuration of CRIU for one container, or, empty, forbids one.</summary>
    private const string ConfigAnnotation = "org.criu.config";

    // runc's file too: an administrator who moves to us keeps what was set up for containers.
    private static readonly string[] _configFiles = ["/etc/criu/coffer.conf", "/etc/criu/runc.conf"];

    public static string Find(string? given)
    {
        if (given is not null)
        {
            return Files.IsExecutable(given) ? given
                : throw new CofferdamException(ErrorKind.NotFound, $"criu program '{given}': not there or not executable");
        }

        return HostPrograms.Find("criu") ?? throw new CofferdamException(ErrorKind.NotFound, "program 'criu' is not in $PATH (hint: install the package criu, version 3.15 or later)");
    }

    /// <summary>The configuration whose settings CRIU lets win over ours; null for none.</summary>
    public static string? ConfigFile(IReadOnlyDictionary<string, string> annotations)
    {
        if (annotations.TryGetValue(ConfigAnnotation, out string? file)) return file.Length > 0 ? file : null;
        return Array.Find(_configFiles, static path => Files.Exists(path));
    }
}
