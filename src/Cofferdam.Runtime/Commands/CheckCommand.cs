using Cofferdam.Containers;
using Cofferdam.Containers.Preflight;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class CheckCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "check",
        Summary = "tell whether a bundle would run on this host, and if not, what to change",
        ArgumentsText = "[container-id]",
        Description = "Looks at the host, then rehearses the launch up to its program in namespaces, a cgroup and over an overlay of\n"
            + "rootfs that end with it. No hook is run, no network device moved, and nothing is left behind. With a\n"
            + "container id the name and its cgroup must be free too. Exits with 0 when the bundle would run, else with 1.",
        Options =
        [
            CommandOption.Path("bundle", 'b', "bundle directory (default: the current one)"),
            CommandOption.Path("config", 'f', "configuration file, relative to the bundle or absolute") with { Default = "config.json" },
            CommandOption.Text("format", "'text' or 'json'") with { Default = "text", Words = "text json" },
            CommandOption.Switch("quiet", 'q', "print problems only"),
            CommandOption.Switch("no-pivot", "as for create"),
            CommandOption.Switch("no-new-keyring", "as for create"),
        ],
        MaxArguments = 1,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        string format = context.Options.Text("format")!;
        if (format is not ("text" or "json")) throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid format '{format}': must be text or json");
        IReadOnlyList<CheckFinding> findings = BundleCheck.Run(new CheckOptions
        {
            Bundle = Path.GetFullPath(context.Options.NonEmpty("bundle") ?? "."),
            ConfigFile = context.Options.NonEmpty("config") ?? "config.json",
            Id = context.Arguments.Count == 0 ? null : new ContainerId(context.Arguments[0]),
            Root = context.Global.Root,
            NoPivot = context.Options.Switch("no-pivot"),
            NoNewKeyring = context.Options.Switch("no-new-keyring"),
            CgroupManager = context.Global.CgroupManager,
            Rootless = context.Global.Rootless,
        });
        bool passes = findings.All(static found => found.Level != CheckLevel.Failure);
        if (context.Options.Switch("quiet")) findings = [.. findings.Where(static found => found.Level != CheckLevel.Ok)];
        StandardStreams.Write(format == "json" ? CheckReport.Json(findings, passes) : CheckReport.Text(findings, passes));
        return passes ? 0 : 1;
    }
}
