using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

/// <summary>Rows that several commands share, and their way into the library's options.</summary>
internal static class SharedOptions
{
    internal const string ContainerId = "<container-id>";

    internal static CommandOption Timings => new("timings", '\0', OptionKind.SwitchOrWord, "tell on stderr where the time of the launch went, as 'text' or 'json'") { Words = "text json" };

    internal static CommandOption PidFile => CommandOption.Path("pid-file", "write the process id to this file");

    internal static CommandOption ConsoleSocket =>
        CommandOption.Path("console-socket", "unix socket that receives the master side of the terminal");

    internal static CommandOption PidfdSocket => CommandOption.Path("pidfd-socket", "unix socket that receives a pidfd of the process");

    internal static CommandOption PreserveFds =>
        CommandOption.Number("preserve-fds", "pass this many descriptors beyond stdio and $LISTEN_FDS to the process");

    internal static CommandOption Detach => CommandOption.Switch("detach", 'd', "return when the process runs");

    /// <summary>The options of create, in runc's order; run adds its own.</summary>
    internal static CommandOption[] Create =>
    [
        CommandOption.Path("bundle", 'b', "bundle directory (default: the current one)"),
        CommandOption.Path("config", 'f', "configuration file, relative to the bundle or absolute") with { Default = "config.json" },
        ConsoleSocket,
        PidfdSocket,
        PidFile,
        CommandOption.Switch("no-pivot", "enter the root with MS_MOVE and chroot instead of pivot_root: for a bundle on an initramfs"),
        CommandOption.Switch("no-new-keyring", "keep the caller's session keyring"),
        PreserveFds,
        Timings,
    ];

    internal static CreateOptions ToCreateOptions(CommandContext context, bool detached, LaunchTimings? timings, ICollection<string> warnings)
    {
        ParsedOptions options = context.Options;
        return new CreateOptions
        {
            Bundle = Path.GetFullPath(options.NonEmpty("bundle") ?? "."),
            ConfigFile = options.NonEmpty("config") ?? "config.json",
            ConsoleSocket = options.NonEmpty("console-socket"),
            PidfdSocket = options.NonEmpty("pidfd-socket"),
            PidFile = options.NonEmpty("pid-file"),
            NoPivot = options.Switch("no-pivot"),
            NoNewKeyring = options.Switch("no-new-keyring"),
            PreserveFds = options.Number("preserve-fds"),
            ListenFds = CallerEnvironment.ListenFds(),
            NotifySocket = CallerEnvironment.NotifySocket(),
            CgroupManager = context.Global.CgroupManager,
            Rootless = context.Global.Rootless,
            Detached = detached,
            Warnings = warnings,
            Notes = context.Log.IsDebug ? [] : null,
            Timings = timings,
        };
    }

    internal static void LogNotes(CommandContext context, CreateOptions options)
    {
        foreach (string note in options.Notes ?? []) context.Log.Debug(note);
    }

    internal static void LogWarnings(CommandContext context, IEnumerable<string> warnings)
    {
        foreach (string warning in warnings) context.Log.Warning(warning);
    }

    /// <summary>The end of a command after which the container has no use. Whoever else deletes it may be faster.</summary>
    internal static void DeleteAfterwards(CommandContext context, Container container)
    {
        List<string> warnings = [];
        try
        {
            container.Delete(force: true, warnings);
        }
        catch (CofferdamException e) when (e.Kind == ErrorKind.NotFound)
        {
            context.Log.Debug($"deleting container '{container.Id}': somebody else did");
        }

        LogWarnings(context, warnings);
    }
}
