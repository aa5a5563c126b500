using Cofferdam.Shim.Bootstrap;
using Cofferdam.Startup;

namespace Cofferdam.Shim;

internal static class Program
{
    /// <summary>NativeMain.cs holds the C symbol "main", and the runtime starts by its call of this.</summary>
    private static int Main(string[] args)
    {
        NativeMain.RuntimeStarted();
        return ShimCommandLine.Run(args);
    }
}
