using Cofferdam.Linux;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>From the command line to an exit code. containerd shows a failed command's standard error to its user.</summary>
internal static class ShimCommandLine
{
    internal const string Name = "containerd-shim-coffer-v2";

    private const string Usage = $"""
        {Name}: runs containers for containerd (runtime io.containerd.coffer.v2), which starts it by itself

        usage: {Name} -namespace NAME -id ID -address SOCKET [-debug] start     in the bundle: start a shim, print its address
               {Name} -namespace NAME -id ID [-bundle DIRECTORY] delete         take away what a dead shim left
               {Name} -info                                                     print what it can do, as protobuf
               {Name} -v                                                        print its version

        """;

    internal static int Run(string[] args)
    {
        try
        {
            ShimArguments arguments = ShimArguments.Parse(args);
            if (arguments.Help) return Print(Usage);
            if (arguments.Version) return Print($"{Name}:\n  Version:  {BuildInfo.Version}\n  Revision: {BuildInfo.Commit}\n\n");
            if (arguments.Info) return InfoCommand.Run();
            if (arguments.Namespace.Length == 0) throw new CofferdamException(ErrorKind.InvalidArgument, "shim namespace cannot be empty");
            if (arguments.Id.Length == 0) throw new CofferdamException(ErrorKind.InvalidArgument, "flag '-id': must not be empty");
            return arguments.Action switch
            {
                "start" => StartCommand.Run(arguments),
                "delete" => DeleteCommand.Run(arguments),
                "" => ServeCommand.Run(arguments),
                _ => throw new CofferdamException(ErrorKind.InvalidArgument, $"unknown action '{arguments.Action}'"),
            };
        }
        catch (Exception e)
        {
            // Whatever went wrong, the caller gets the one line that it shows.
            StandardStreams.WriteErrorLine($"{Name}: {(e is CofferdamException or LinuxException ? e.Message : $"internal: {e.GetType().Name}: {e.Message}")}");
            return 1;
        }
    }

    private static int Print(string text)
    {
        StandardStreams.Write(text);
        return 0;
    }
}
