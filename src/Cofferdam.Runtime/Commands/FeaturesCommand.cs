using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Commands;

internal static class FeaturesCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "features",
        Summary = "print what this runtime supports as JSON",
        Description = "The document of runtime-spec's features.md.",
        MaxArguments = 0,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        StandardStreams.Write(SpecWriter.Write(RuntimeFeatures.Document(BuildInfo.Version, BuildInfo.Commit)));
        return 0;
    }
}
