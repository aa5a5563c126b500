#if COFFER_PLAIN_MAIN
using System.Globalization;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Drive;
#else
using Cofferdam.Startup;
#endif

namespace Cofferdam.Runtime;

internal static class Program
{
    /// <summary>In the shipped build NativeMain.cs holds the C symbol "main", and the runtime starts by its call of this.</summary>
    private static int Main(string[] args)
    {
#if COFFER_PLAIN_MAIN
        // The fallback: init is this program too, and does the same with a runtime that idles beside it.
        if (args is ["init", string blob] && Environment.GetCommandLineArgs()[0] == "coffer-init")
        {
            InitProgram.RunForked(int.Parse(blob, CultureInfo.InvariantCulture));
        }
        InitExecutable.IsThisProgram = true;
        InitExecutable.IsRuntimeFree = false;
#else
        NativeMain.RuntimeStarted();
#endif
        return Cli.Run(args);
    }
}
