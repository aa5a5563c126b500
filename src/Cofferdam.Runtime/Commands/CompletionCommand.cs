using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Output;

namespace Cofferdam.Runtime.Commands;

internal static class CompletionCommand
{
    internal static CommandDefinition Definition => new()
    {
        Name = "completion",
        Summary = "print a shell's completion script",
        ArgumentsText = "bash|zsh|fish",
        Description = "bash: source <(coffer-oci completion bash)\n"
            + "zsh:  coffer-oci completion zsh > \"${fpath[1]}/_coffer-oci\"\n"
            + "fish: coffer-oci completion fish | source",
        MinArguments = 1,
        MaxArguments = 1,
        Run = Run,
    };

    private static int Run(CommandContext context)
    {
        StandardStreams.Write(context.Arguments[0] switch
        {
            "bash" => BashCompletion.Script(),
            "zsh" => ZshCompletion.Script(),
            "fish" => FishCompletion.Script(),
            string shell => throw new CofferdamException(ErrorKind.InvalidArgument, $"no completion for shell '{shell}': must be bash, zsh or fish"),
        });
        return 0;
    }
}
