using Cofferdam.Cgroups;
using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime;

/// <summary>The options before the command.</summary>
internal sealed record GlobalOptions
{
    internal required string Root { get; init; }

    internal LogLevel LogLevel { get; init; } = LogLevel.Warning;

    internal string? LogPath { get; init; }

    internal bool LogJson { get; init; }

    internal string? CriuPath { get; init; }

    internal RootlessMode Rootless { get; init; }

    internal CgroupManagerKind CgroupManager { get; init; }

    internal static CommandOption[] Table =>
    [
        CommandOption.Switch("debug", "log what is done, phase by phase"),
        CommandOption.Path("log", "append the log to this file instead of stderr, or send it to 'journald:NAME' or 'syslog:NAME'"),
        CommandOption.Text("log-format", "'text' or 'json'") with { Default = "text", Words = "text json" },
        CommandOption.Text("log-level", "'error', 'warning' or 'debug'") with { Words = "error warning debug" },
        CommandOption.Path("root", "directory of the containers' state, best on a tmpfs\n(default: /run/coffer, or $XDG_RUNTIME_DIR/coffer for an ordinary user)"),
        CommandOption.Switch("systemd-cgroup", "let systemd make the cgroups, as --cgroup-manager systemd"),
        CommandOption.Text("cgroup-manager", "'cgroupfs', 'systemd' or 'disabled'") with { Words = "cgroupfs systemd disabled" },
        CommandOption.Text("rootless", "ignore refusals of the cgroup filesystem: 'true', 'false' or 'auto'") with { Default = "auto", Words = "true false auto" },
        // runc had it until 1.4 and containerd's shim still passes it when its own option is set.
        CommandOption.Path("criu", "the criu program, if it is not the one in $PATH") with { Hidden = true },
        new CommandOption("version", 'v', OptionKind.Switch, "print the version") { Hidden = true },
    ];

    internal static GlobalOptions From(ParsedOptions options, Func<string> defaultRoot)
    {
        string format = options.Text("log-format")!;
        if (format is not ("text" or "json")) throw Invalid("log-format", format, "text", "json");
        return new GlobalOptions
        {
            Root = options.NonEmpty("root") is { } root ? Path.GetFullPath(root) : defaultRoot(),
            LogLevel = options.Switch("debug") ? LogLevel.Debug : Level(options.Text("log-level")),
            LogPath = options.NonEmpty("log"),
            LogJson = format == "json",
            CriuPath = options.NonEmpty("criu"),
            Rootless = Mode(options.Text("rootless")!),
            CgroupManager = Manager(options),
        };
    }

    private static LogLevel Level(string? text) => text switch
    {
        null or "" or "warning" or "info" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "debug" => LogLevel.Debug,
        _ => throw Invalid("log-level", text, "error", "warning", "debug"),
    };

    private static RootlessMode Mode(string text) => text switch
    {
        "auto" => RootlessMode.Auto,
        _ => GoValue.ParseBool(text) switch
        {
            true => RootlessMode.Yes,
            false => RootlessMode.No,
            null => throw Invalid("rootless", text, "true", "false", "auto"),
        },
    };

    private static CgroupManagerKind Manager(ParsedOptions options)
    {
        string? name = options.NonEmpty("cgroup-manager");
        if (options.Switch("systemd-cgroup"))
        {
            if (name is not (null or "systemd"))
                throw new CofferdamException(ErrorKind.InvalidArgument, $"--systemd-cgroup and --cgroup-manager={name} exclude each other");
            return CgroupManagerKind.Systemd;
        }

        return name switch
        {
            null or "cgroupfs" => CgroupManagerKind.Cgroupfs,
            "systemd" => CgroupManagerKind.Systemd,
            "disabled" => CgroupManagerKind.Disabled,
            _ => throw Invalid("cgroup-manager", name, "cgroupfs", "systemd", "disabled"),
        };
    }

    private static CofferdamException Invalid(string option, string value, params string[] words) =>
        new(ErrorKind.InvalidArgument, $"invalid {option} '{value}': must be one of {string.Join(", ", words)}");
}
