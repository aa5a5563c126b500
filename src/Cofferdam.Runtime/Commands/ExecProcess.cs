using System.Globalization;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

/// <summary>The process of <c>exec</c>: the container's own, changed by the options.</summary>
internal static class ExecProcess
{
    internal static Process FromOptions(ParsedOptions options, IReadOnlyList<string> arguments, Process own)
    {
        if (arguments.Count < 2) throw new CofferdamException(ErrorKind.InvalidArgument, "process args cannot be empty");
        List<string> command = [];
        for (int i = 1; i < arguments.Count; i++) command.Add(arguments[i]);
        return own with
        {
            Args = command,
            Terminal = options.Switch("tty"),
            Cwd = options.NonEmpty("cwd") ?? own.Cwd,
            Env = Environment(own.Env, options.List("env")),
            User = User(own.User, options.NonEmpty("user"), options.List("additional-gids")),
            Capabilities = Capabilities(own.Capabilities, options.List("cap")),
            NoNewPrivileges = options.IsSet("no-new-privs") ? options.Switch("no-new-privs") : own.NoNewPrivileges,
            ApparmorProfile = options.NonEmpty("apparmor") ?? own.ApparmorProfile,
            SelinuxLabel = options.NonEmpty("process-label") ?? own.SelinuxLabel,
        };
    }

    /// <summary>A name given again replaces the container's value: programs disagree on which of two counts.</summary>
    private static IReadOnlyList<string> Environment(IReadOnlyList<string> own, IReadOnlyList<string> added)
    {
        if (added.Count == 0) return own;
        List<string> environment = [.. own];
        foreach (string variable in added)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            string start = equals < 0 ? variable + "=" : variable[..(equals + 1)];
            environment.RemoveAll(old => old.StartsWith(start, StringComparison.Ordinal));
            environment.Add(variable);
        }
        return environment;
    }

    private static User User(User own, string? text, IReadOnlyList<string> groups)
    {
        User user = own;
        if (text is not null)
        {
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            user = user with { Uid = Id("user", colon < 0 ? text : text[..colon]) };
            if (colon >= 0) user = user with { Gid = Id("user", text[(colon + 1)..]) };
        }
        if (groups.Count == 0) return user;
        List<uint> gids = [.. user.AdditionalGids];
        foreach (string group in groups) gids.Add(Id("additional-gids", group));
        return user with { AdditionalGids = gids };
    }

    // Digits only: a sign, a blank or a name must not end up as some other user (CVE-2026-30892).
    private static uint Id(string option, string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue
            ? id
            : throw new CofferdamException(ErrorKind.InvalidArgument, $"--{option}: '{text}' is not a numeric id");

    /// <summary>Not to the inheritable and ambient sets: what those hold survives execve of any program (CVE-2022-29162).</summary>
    private static ProcessCapabilities? Capabilities(ProcessCapabilities? own, IReadOnlyList<string> added)
    {
        if (added.Count == 0) return own;
        own ??= new ProcessCapabilities();
        return own with
        {
            Bounding = [.. own.Bounding ?? [], .. added],
            Effective = [.. own.Effective ?? [], .. added],
            Permitted = [.. own.Permitted ?? [], .. added],
        };
    }
}
