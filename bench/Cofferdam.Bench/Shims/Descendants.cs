using System.Runtime.InteropServices;

namespace Cofferdam.Bench.Shims;

/// <summary>Whatever this process started and whatever that started: as a subreaper it inherits what loses its parent, shims above all.</summary>
internal static unsafe class Descendants
{
    private const int LimitMilliseconds = 20_000;

    public static void Adopt()
    {
        if (Libc.prctl(Libc.PrSetChildSubreaper, 1, 0, 0, 0) != 0)
        {
            throw new InvalidOperationException($"prctl PR_SET_CHILD_SUBREAPER: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Reaps shims that have ended. Only while nobody waits for a child of theirs by its id.</summary>
    public static void Reap()
    {
        int status;
        Rusage usage;
        while (Libc.wait4(-1, &status, Libc.WNoHang, &usage) > 0)
        {
        }
    }

    /// <summary>Kills children until there are none: when one dies, its own children become ours.</summary>
    public static void KillAll()
    {
        long end = Environment.TickCount64 + LimitMilliseconds;
        while (Children() is { Count: > 0 } children)
        {
            if (Environment.TickCount64 > end)
            {
                throw new TimeoutException($"processes {string.Join(' ', children)} do not end");
            }

            foreach (int child in children)
            {
                Libc.kill(child, Libc.Sigkill);
            }

            Reap();
            Thread.Sleep(1);
        }
    }

    private static List<int> Children() =>
        [.. Directory.GetDirectories("/proc/self/task").SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];
}
