using System.Text;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>AppArmor profiles and SELinux contexts for tests; where the host has neither, those tests are skipped.</summary>
public static class SecurityModules
{
    public static bool HasAppArmor => Read("/sys/module/apparmor/parameters/enabled").StartsWith('Y');

    public static bool HasSelinux => File.Exists("/sys/fs/selinux/enforce");

    private static string? Parser { get; } = new[] { "/sbin/apparmor_parser", "/usr/sbin/apparmor_parser" }.FirstOrDefault(File.Exists);

    /// <summary>Loads a profile that allows all but what <paramref name="rules"/> deny, until the test ends.</summary>
    public static string LoadProfile(Scratch scratch, string name, params string[] rules)
    {
        Assert.SkipUnless(HasAppArmor, "this host has no AppArmor");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can load an AppArmor profile");
        Assert.SkipUnless(Parser is not null, "this host has no apparmor_parser");
        string profile = $"coffer-test-{scratch.Tag}-{name}";
        string file = Path.Combine(scratch.Directory, profile);
        File.WriteAllText(file, $$"""
            profile {{profile}} flags=(attach_disconnected,mediate_deleted) {
              file,
              capability,
              network,
              signal,
              ptrace,
              unix,
              mount,
              umount,
              pivot_root,
              change_profile,
            {{string.Join('\n', rules.Select(rule => $"  {rule},"))}}
            }
            """);
        scratch.Host(Parser!, "--replace", "--skip-cache", file).Ok();
        scratch.OnClose(() => scratch.Host(Parser!, "--remove", file));
        return profile;
    }

    /// <summary>Unloads a profile that was loaded, before the test ends.</summary>
    public static void UnloadProfile(Scratch scratch, string profile) =>
        scratch.Host(Parser!, "--remove", Path.Combine(scratch.Directory, profile)).Ok();

    /// <summary>The first of some contexts that the loaded policy knows.</summary>
    public static string ValidContext(params string[] candidates)
    {
        Assert.SkipUnless(HasSelinux, "this host has no SELinux");
        foreach (string context in candidates)
        {
            if (IsValid(context)) return context;
        }
        Assert.Skip("the loaded policy knows none of: " + string.Join(", ", candidates));
        return "";
    }

    private static bool IsValid(string context)
    {
        try
        {
            using FileStream file = new("/sys/fs/selinux/context", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.UTF8.GetBytes(context + "\0"));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
