using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch;
using Cofferdam.Containers.Launch.Drive;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

public sealed class LaunchFailureTests
{
    [Theory]
    [InlineData(Nr.mount_setattr, Errno.ENOSYS, "mount_setattr: ENOSYS (function not implemented) (hint: mount_setattr came with Linux 5.12 and this is ")]
    [InlineData(Nr.openat2, Errno.ENOSYS, "openat2: ENOSYS (function not implemented) (hint: openat2 came with Linux 5.6 and this is ")]
    public void A_call_that_the_kernel_does_not_have_is_named_with_the_release_that_has_it(int call, Errno errno, string text) =>
        Assert.Contains(text, Failure(call, errno).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_failures_of_the_same_call_have_no_such_hint() =>
        Assert.DoesNotContain("came with", Failure(Nr.mount_setattr, Errno.EINVAL).Message, StringComparison.Ordinal);

    private static CofferdamException Failure(int call, Errno errno)
    {
        LaunchPlan plan = ContainerLaunch.Preview(DefaultSpec.Create(), "/bundle", new ContainerId("c1"));
        return LaunchFailure.From(new InitMessage { Kind = InitMessageKind.Failed, Call = call, Errno = (int)errno }, plan, "");
    }
}
