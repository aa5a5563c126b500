namespace Cofferdam.Linux.Tests;

public sealed class SchedulingTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0-3,7", "0-3,7")]
    [InlineData("7,0-3,2", "0-3,7")]
    [InlineData(" 1 , 2 ", "1-2")]
    [InlineData("63,64,65", "63-65")]
    [InlineData("1023", "1023")]
    [InlineData("", "")]
    public void A_list_survives_the_way_through_a_mask(string text, string expected)
    {
        Assert.True(CpuList.TryParse(text, out byte[] mask));
        Assert.Equal(expected, CpuList.Format(mask));
        Assert.Equal(0, mask.Length % 8);
    }

    [Theory]
    [InlineData("3-1")]
    [InlineData("a")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1,,2")]
    [InlineData("1,")]
    [InlineData("1-2-3")]
    [InlineData("0x1")]
    [InlineData("65536")]
    [InlineData("99999999999")]
    public void What_is_no_list_is_refused(string text) => Assert.False(CpuList.TryParse(text, out _));

    [Fact]
    public void Affinity_is_set_for_a_thread() => PrivateThread.Run(() =>
    {
        byte[] all = Scheduling.ReadAffinity(0);
        int first = Enumerable.Range(0, all.Length * 8).First(cpu => CpuList.Contains(all, cpu));
        Assert.True(CpuList.TryParse($"{first}", out byte[] one));
        Scheduling.SetAffinity(0, one);
        Assert.Equal($"{first}", CpuList.Format(Scheduling.ReadAffinity(0)));
        Assert.True(CpuList.TryParse("8000", out byte[] none));
        Assert.Contains("the CPUs are 8000", Assert.Throws<LinuxException>(() => Scheduling.SetAffinity(0, none)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Policy_and_disk_priority_are_set_for_a_thread() => PrivateThread.Run(() =>
    {
        Assert.True(Scheduling.TryParsePolicy("SCHED_BATCH", out uint batch));
        Scheduling.SetScheduler(0, new SchedulerAttributes(batch, 0, 5, 0, 0, 0, 0));
        SchedulerAttributes now = Scheduling.ReadScheduler(0);
        Assert.Equal((batch, 5), (now.Policy, now.Nice));
        Scheduling.SetIoPriority(0, 2, 6);
        Assert.Equal((2, 6), Scheduling.ReadIoPriority(0));
        Assert.False(Scheduling.TryParsePolicy("BATCH", out _));
        Assert.True(Scheduling.TryParseFlag("SCHED_FLAG_UTIL_CLAMP_MAX", out ulong flag));
        Assert.Equal(0x40ul, flag);
    });

    [Fact]
    public void Limits_are_read_and_set_on_another_process()
    {
        using IdleChild child = new();
        Assert.True(ResourceLimits.TryParse("RLIMIT_NOFILE", out int files));
        ResourceLimits.Set(child.Id, files, new ResourceLimit(10, 20));
        Assert.Equal(new ResourceLimit(10, 20), ResourceLimits.Read(child.Id, files));
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => ResourceLimits.Set(child.Id, files, new ResourceLimit(30, 20))).Errno);
        Assert.Equal("RLIMIT_RTTIME", ResourceLimits.Name(15));
        Assert.False(ResourceLimits.TryParse("RLIMIT_16", out _));
    }
}
