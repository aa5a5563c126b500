using System.Diagnostics;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>Waiting for a state that no descriptor announces: looked at again until a deadline.</summary>
public static class Eventually
{
    public static void True(Func<bool> condition, string what, int seconds = 10)
    {
        seconds *= Surroundings.Patience;
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > seconds)
                Assert.Fail($"not within {seconds} s: {what}");
            Thread.Sleep(5);
        }
    }

    public static T NotNull<T>(Func<T?> value, string what, int seconds = 10)
        where T : class
    {
        T? found = null;
        True(() => (found = value()) is not null, what, seconds);
        return found!;
    }
}
