using Cofferdam.Linux;
using Cofferdam.Runtime.CommandLine;
using Cofferdam.Runtime.Foreground;
using Cofferdam.Runtime.Logging;

namespace Cofferdam.Runtime;

/// <summary>From the command line to an exit code: find the command, parse, run, and turn an exception into one line.</summary>
internal static class Cli
{
    // As runc: scripts tell an unknown command from one that ran and failed.
    private const int UnknownCommand = 3;

    internal static int Run(string[] args)
    {
        int failureCode = 1;
        Log log = Log.ToStandardError;
        try
        {
            ParsedOptions global = new(GlobalOptions.Table);
            int index = OptionParser.ParseGlobal(args, global);
            if (global.Switch("version")) return Print(VersionText.Text);
            if (global.WantsHelp || index >= args.Length) return Print(HelpText.ForProgram());

            GlobalOptions options = GlobalOptions.From(global, CallerEnvironment.DefaultRoot);
            log = new Log(options);
            if (args[index] is "help" or "h") return Help(args.AsSpan(index + 1), ref failureCode);
            CommandDefinition command = Find(args[index], ref failureCode);
            return RunCommand(command, args, index + 1, options, log, ref failureCode);
        }
        catch (Exception e)
        {
            // The last line of a failed run is for callers to show; they must get it whatever went wrong.
            log.Fatal(e is CofferdamException or LinuxException ? e.Message : $"internal: {e.GetType().Name}: {e.Message}");
            return failureCode;
        }
        finally
        {
            log.Dispose();
        }
    }

    private static int RunCommand(CommandDefinition command, string[] args, int start, GlobalOptions global, Log log, ref int failureCode)
    {
        ParsedOptions options = new(command.Options);
        List<string> arguments = OptionParser.ParseCommand(command, args, start, options);
        if (options.WantsHelp) return Print(HelpText.ForCommand(command));
        CheckCount(command, arguments.Count);
        if (!command.IsForeground || options.Switch("detach")) ForwardedSignals.Unblock();
#if COFFER_PLAIN_MAIN
        else ForwardedSignals.BlockInAllThreads(args);
#endif

        failureCode = command.FailureExitCode;
        if (log.IsDebug) log.Debug($"{command.Name} {string.Join(' ', arguments)} (root '{global.Root}')");
        return command.Run(new CommandContext(global, options, arguments, log));
    }

    private static int Help(ReadOnlySpan<string> words, ref int failureCode)
    {
        return Print(words.IsEmpty ? HelpText.ForProgram() : HelpText.ForCommand(Find(words[0], ref failureCode)));
    }

    private static CommandDefinition Find(string name, ref int failureCode)
    {
        if (CommandTable.Find(name) is { } command) return command;
        failureCode = UnknownCommand;
        throw new CofferdamException(ErrorKind.InvalidArgument, $"unknown command '{name}' (hint: 'coffer-oci help' lists the commands)");
    }

    private static void CheckCount(CommandDefinition command, int count)
    {
        if (count >= command.MinArguments && count <= command.MaxArguments) return;
        string expected = command.MinArguments == command.MaxArguments ? $"exactly {command.MinArguments}"
            : count < command.MinArguments ? $"at least {command.MinArguments}"
            : $"at most {command.MaxArguments}";
        throw new CofferdamException(ErrorKind.InvalidArgument,
            $"'{command.Name}' takes {expected} argument{(expected.EndsWith('1') ? "" : "s")}, not {count} (hint: coffer-oci {command.Name} --help)");
    }

    private static int Print(string text)
    {
        ForwardedSignals.Unblock();
        StandardStreams.Write(text);
        return 0;
    }
}
