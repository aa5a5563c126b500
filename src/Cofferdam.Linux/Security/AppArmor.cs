namespace Cofferdam.Linux;

/// <summary>What AppArmor says about this host and this process (apparmor(7)).</summary>
public static class AppArmor
{
    private const string Profiles = "/sys/kernel/security/apparmor/profiles";

    /// <summary>The kernel has AppArmor and it was enabled at boot.</summary>
    public static bool IsEnabled() =>
        Files.TryReadText("/sys/module/apparmor/parameters/enabled", out string? text, out _) && text.StartsWith('Y');

    /// <summary>This process runs under a profile, as one in a container does. False also where nobody can tell.</summary>
    public static bool IsConfined() =>
        (Files.TryReadText("/proc/self/attr/apparmor/current", out string? label, out _)
            || Files.TryReadText("/proc/self/attr/current", out label, out _))
        && IsConfined(label);

    /// <summary>Reads a label as attr/current shows it: "unconfined", or "profile (mode)".</summary>
    public static bool IsConfined(string label)
    {
        ReadOnlySpan<char> name = label.AsSpan().TrimEnd("\n\0");
        return name.Length > 0 && !name.SequenceEqual("unconfined") && !name.EndsWith(" (unconfined)");
    }

    /// <summary>
    /// Whether the kernel holds a profile of this name; null where its list cannot be read (it is root's, on securityfs), and for
    /// stacks ("a//&amp;b") and namespaces (":n:a"), which are the kernel's to read.
    /// </summary>
    public static bool? IsLoaded(string profile)
    {
        if (profile.Contains('&', StringComparison.Ordinal) || profile.StartsWith(':')) return null;
        if (!Files.TryReadText(Profiles, out string? text, out _)) return null;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int mode = line.LastIndexOf(" (");
            if (mode > 0 && line[..mode].SequenceEqual(profile)) return true;
        }
        return false;
    }
}
