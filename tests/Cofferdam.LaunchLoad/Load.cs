using System.Diagnostics;
using System.Runtime;
using System.Runtime.InteropServices;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Linux;

namespace Cofferdam.LaunchLoad;

/// <summary>One run: the loop, and what is counted before and after it.</summary>
internal static class Load
{
    private const int LaunchLimit = 20, WarmUp = 5, ProgressEvery = 500;

    public static int Run(string kind, Settings settings)
    {
        InitExecutable.Path = settings.Runtime;
        // Whatever a launch leaves running comes to us when its parent ends, and is counted.
        Processes.BecomeSubreaper();
        using ILaunches launches = kind switch
        {
            "commands" => new Commands(settings),
            "containers" => new Containers(settings),
            "execs" => new Execs(settings),
            _ => throw new ArgumentException($"'{kind}' is no kind of launch"),
        };
        int failures = 0;
        // What is opened once, and stays open for the next launch, is no leak.
        for (int i = -WarmUp; i < 0; i++) failures += Launch(launches, i);
        // The console's files, too, are opened at its first use.
        Console.Out.Flush();
        Console.Error.WriteLine("0 launches");
        string fdsBefore = Counts.DescribeFds();
        Counts before = Counts.Take();
        int collections = GC.CollectionCount(0);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < settings.Count; i++)
        {
            failures += Launch(launches, i);
            if ((i + 1) % ProgressEvery == 0) Console.Error.WriteLine($"{i + 1} launches");
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        collections = GC.CollectionCount(0) - collections;
        Counts after = Counts.TakeSettled(before);
        if (after.Fds != before.Fds) Console.Error.WriteLine($"descriptors before:\n{fdsBefore}\nafter:\n{Counts.DescribeFds()}");
        string runtime = JitInfo.GetCompiledMethodCount() == 0 ? "aot" : "jit";
        Console.WriteLine(FormattableString.Invariant(
            $$"""{"kind":"{{kind}}","runtime":"{{runtime}}","launches":{{settings.Count}},"failures":{{failures}},"collections":{{collections}},"seconds":{{seconds:0.0}},"before":{{before.ToJson()}},"after":{{after.ToJson()}}}"""));
        return failures == 0 ? 0 : 1;
    }

    private static int Launch(ILaunches launches, int number)
    {
        // A hanging launch may hang the collector and so every thread of ours: only the kernel can end us then.
        _ = alarm(LaunchLimit);
        try
        {
            ExitStatus status = launches.Launch(number);
            if (status.ShellCode == 0) return 0;
            Console.Error.WriteLine($"launch {number}: exit code {status.ShellCode}");
        }
        catch (Exception e) when (e is CofferdamException or LinuxException)
        {
            Console.Error.WriteLine($"launch {number}: {e.Message}");
        }
        finally
        {
            _ = alarm(0);
        }
        return 1;
    }

    [DllImport("libc")]
    private static extern uint alarm(uint seconds);
}
