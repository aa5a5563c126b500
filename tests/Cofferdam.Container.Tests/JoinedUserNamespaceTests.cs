using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class JoinedUserNamespaceTests
{
    private static readonly IdMapping[] _divided =
    [
        new IdMapping { ContainerId = 1000, HostId = 101000, Size = 9000 },
        new IdMapping { ContainerId = 0, HostId = 100000, Size = 1000 },
    ];

    [Theory]
    [InlineData("         0     100000      10000\n", true)]
    [InlineData("0 100000 1000\n1000 101000 9000\n", true)]
    [InlineData("0 100000 10001\n", false)]
    [InlineData("0 100001 10000\n", false)]
    [InlineData("", false)]
    public void Maps_are_the_same_however_they_are_divided(string map, bool isSame) => Assert.Equal(isSame, JoinedUserNamespace.IsSame(_divided, map));
}
