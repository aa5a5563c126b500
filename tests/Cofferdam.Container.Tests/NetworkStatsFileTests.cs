namespace Cofferdam.Containers.Tests;

public sealed class NetworkStatsFileTests
{
    private const string Text = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
          eth0: 1234567    8901    2    3    4     5          6         7  7654321    1098    9   10   11    12      13         14
        broken: 1 2 3
        """;

    [Fact]
    public void The_counters_of_each_interface_are_read()
    {
        NetworkInterfaceStats eth0 = Assert.Single(NetworkStatsFile.Parse(Text));
        Assert.Equal(
            new NetworkInterfaceStats
            {
                Name = "eth0",
                RxBytes = 1234567,
                RxPackets = 8901,
                RxErrors = 2,
                RxDropped = 3,
                TxBytes = 7654321,
                TxPackets = 1098,
                TxErrors = 9,
                TxDropped = 10,
            },
            eth0);
    }
}
