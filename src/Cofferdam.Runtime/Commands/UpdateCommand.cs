using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class UpdateCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "update",
        Summary = "change a container's resource limits",
        ArgumentsText = SharedOptions.ContainerId,
        Description = "Values that are not given stay. Sizes take a unit: 512k, 64M, 1.5GiB. With --resources the other\n"
            + "options of limits are not read.",
        Options =
        [
            CommandOption.Path("resources", 'r', "JSON file of linux.resources, or '-' for standard input"),
            CommandOption.Number("blkio-weight", "share of block I/O, 10 to 1000"),
            CommandOption.Text("cpu-period", "CPU period in microseconds"),
            CommandOption.Text("cpu-quota", "CPU time in a period in microseconds, -1 for no limit"),
            CommandOption.Text("cpu-burst", "unused CPU time that may be saved up, in microseconds"),
            CommandOption.Text("cpu-share", "CPU shares, relative to other containers"),
            CommandOption.Text("cpu-rt-period", "period of real-time scheduling in microseconds"),
            CommandOption.Text("cpu-rt-runtime", "real-time CPU time in a period in microseconds"),
            CommandOption.Text("cpuset-cpus", "CPUs to use, like 0-3,7"),
            CommandOption.Text("cpuset-mems", "memory nodes to use"),
            CommandOption.Text("kernel-memory", "ignored") with { Hidden = true },
            CommandOption.Text("kernel-memory-tcp", "ignored") with { Hidden = true },
            CommandOption.Text("memory", "memory limit, -1 for none"),
            CommandOption.Text("cpu-idle", "1 runs only when the CPU is otherwise idle, 0 as usual"),
            CommandOption.Text("memory-reservation", "memory to reclaim down to under pressure"),
            CommandOption.Text("memory-swap", "limit of memory and swap together, -1 for none"),
            CommandOption.Number("pids-limit", "how many processes the container may have, -1 for no limit"),
            CommandOption.Text("l3-cache-schema", "Intel RDT: L3 cache schema"),
            CommandOption.Text("mem-bw-schema", "Intel RDT: memory bandwidth schema"),
        ],
        MinArguments = 1,
        MaxArguments = 1,
        TakesContainer = true,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        foreach (string ignored in new[] { "kernel-memory", "kernel-memory-tcp" })
        {
            if (context.Options.IsSet(ignored)) context.Log.Warning($"--{ignored} is ignored: the kernel no longer has this limit");
        }
        List<string> warnings = [];
        LinuxResources resources = context.Options.NonEmpty("resources") switch
        {
            null => UpdateResources.FromOptions(context.Options),
            "-" => SpecReader.ReadResources(StandardStreams.ReadInput(), warnings),
            string file => SpecReader.ReadResources(Files.ReadAll(file), warnings),
        };
        using Container container = Container.Load(context.Global.Root, new ContainerId(context.Arguments[0]));
        string? l3Cache = context.Options.NonEmpty("l3-cache-schema"), bandwidth = context.Options.NonEmpty("mem-bw-schema");
        container.Update(resources, warnings);
        if (l3Cache is not null || bandwidth is not null) container.UpdateResctrl(l3Cache, bandwidth, warnings);
        SharedOptions.LogWarnings(context, warnings);
        return 0;
    }
}
