namespace Cofferdam.Containers.Tests;

public sealed class LaunchTimingsTests
{
    [Fact]
    public void Phases_are_listed_in_the_order_in_which_they_began_and_nest_by_name()
    {
        LaunchTimings timings = new();
        using (timings.Measure("parse"))
        {
        }

        using (timings.Measure("launch"))
        {
            using (timings.Measure("clone"))
            {
            }

            timings.Add("init", System.Diagnostics.Stopwatch.GetTimestamp(), 42);
        }

        Assert.Equal(["parse", "launch", "launch/clone", "launch/init"], timings.Phases.Select(p => p.Name));
        Assert.Equal([0, 0, 1, 1], timings.Phases.Select(p => p.Depth));
        Assert.Equal(42, timings.Phases[3].Duration);
    }

    [Fact]
    public void A_part_lies_within_its_whole()
    {
        LaunchTimings timings = new();
        using (timings.Measure("whole"))
        using (timings.Measure("part"))
        {
        }

        LaunchPhase whole = timings.Phases[0], part = timings.Phases[1];
        Assert.True(whole.Start <= part.Start);
        Assert.True(part.Start + part.Duration <= whole.Start + whole.Duration + 1);
    }
}
