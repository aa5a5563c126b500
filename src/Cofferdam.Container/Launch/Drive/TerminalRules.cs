using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>When a terminal and a console socket go together.</summary>
internal static class TerminalRules
{
    public static void Check(Process process, string? consoleSocket, bool detached)
    {
        if (process.Terminal && detached && consoleSocket is null)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                "process.terminal: a detached process with a terminal needs a console socket");
        }
        if (consoleSocket is not null && !process.Terminal)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument,
                "process.terminal: must be true where a console socket is given");
        }
    }
}
