using Cofferdam.Containers;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class PlanCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "plan",
        Summary = "print the steps by which a bundle's container would be launched",
        Description = "Each step with the field of the configuration it comes from. Nothing is made, and root is not needed.",
        Options =
        [
            CommandOption.Path("bundle", 'b', "bundle directory (default: the current one)"),
            CommandOption.Path("config", 'f', "configuration file, relative to the bundle or absolute") with { Default = "config.json" },
            CommandOption.Text("format", "'text' or 'json'") with { Default = "text", Words = "text json" },
        ],
        MaxArguments = 0,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        string format = context.Options.Text("format")!;
        if (format is not ("text" or "json")) throw new CofferdamException(ErrorKind.InvalidArgument, $"invalid format '{format}': must be text or json");
        string bundle = Path.GetFullPath(context.Options.NonEmpty("bundle") ?? ".");
        string file = Path.Combine(bundle, context.Options.NonEmpty("config") ?? "config.json");
        List<string> warnings = [];
        RuntimeSpec spec = SpecReader.ReadSpec(Files.ReadAll(file), warnings);
        SharedOptions.LogWarnings(context, warnings);
        SpecValidator.Validate(spec);
        LaunchPlan plan = ContainerPlan.Build(spec, new PlanInputs { Bundle = bundle, Id = new ContainerId("preview"), Rootless = Processes.EffectiveUid != 0 });
        StandardStreams.Write(format == "json" ? PlanOutput.Json(plan) : PlanOutput.Text(plan));
        return 0;
    }
}
