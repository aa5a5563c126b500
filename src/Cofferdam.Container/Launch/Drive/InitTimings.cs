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
        // Stopwatch counts CLOCK_MONOTONIC nanoseconds on Linux, as init does. Steps of one group need not follow each other.
        Debug.Assert(Stopwatch.Frequency == 1_000_000_000, "stopwatch is not in nanoseconds");
        var names = new List<string>();
        var starts = new List<long>();
        var durations = new List<long>();
        for (int i = 1; i < times.Length && times[i] != 0; i++)
        {
            string group = Group(plan.Steps[i].Op);
            int index = names.IndexOf(group);
            if (index < 0)
            {
                index = names.Count;
                names.Add(group);
                starts.Add(times[i - 1]);
                durations.Add(0);
            }
            durations[index] += times[i] - times[i - 1];
        }
        for (int i = 0; i < names.Count; i++) timings.Add("init: " + names[i], starts[i], durations[i] / 1000);
    }

    private static string Group(InitOp op) => op switch
    {
        <= InitOp.LoopbackUp => "namespaces",
        InitOp.EnterCgroups => "cgroup",
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
        InitOp.WaitForStart => "wait for the parent",
        _ => "program",
    };
}
