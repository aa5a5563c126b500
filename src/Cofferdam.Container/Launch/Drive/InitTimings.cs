using System.Diagnostics;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;

namespace Cofferdam.Containers.Launch.Drive;

/// <summary>Adds the times that init noted, by groups of steps, to the timings of a launch.</summary>
internal static class InitTimings
{
    public static void Add(LaunchTimings? timings, LaunchPlan plan, long[] times)
    {
        if (timings is null || times.Length == 0) return;
        // Stopwatch counts CLOCK_MONOTONIC nanoseconds on Linux, as init does.
        long groupStart = times[0], previous = times[0];
        string group = Group(plan.Steps[0].Op);
        for (int i = 1; i < times.Length && times[i] != 0; i++)
        {
            string next = Group(plan.Steps[i].Op);
            if (next != group)
            {
                timings.Add("init: " + group, groupStart, (previous - groupStart) / 1000);
                group = next;
                groupStart = previous;
            }
            previous = times[i];
        }
        timings.Add("init: " + group, groupStart, (previous - groupStart) / 1000);
        Debug.Assert(Stopwatch.Frequency == 1_000_000_000, "stopwatch is not in nanoseconds");
    }

    private static string Group(InitOp op) => op switch
    {
        <= InitOp.LoopbackUp => "namespaces",
        InitOp.EnterCgroup => "cgroup",
        <= InitOp.SetDomainname => "names",
        <= InitOp.OpenRoot or InitOp.SetUmask => "root",
        <= InitOp.ChangeMount => "mounts",
        <= InitOp.BindDevice => "devices",
        <= InitOp.WriteSysctl => "protection",
        <= InitOp.ChangeRoot => "pivot",
        <= InitOp.OwnStandardIo => "terminal",
        InitOp.RunHook => "hooks",
        <= InitOp.SetNoNewPrivileges => "identity",
        InitOp.LoadSeccomp => "seccomp",
        _ => "program",
    };
}
