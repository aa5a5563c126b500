namespace Cofferdam.Runtime;

internal static class Program
{
    /// <summary>In the shipped build NativeMain.cs holds the C symbol "main", and the runtime starts by its call of this.</summary>
    private static int Main(string[] args)
    {
#if !COFFER_PLAIN_MAIN
        NativeMain.RuntimeStarted();
#endif
        return Cli.Run(args);
    }
}
