using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class CapabilityTests : BlackBoxTest
{
    private const string Show = "grep ^Cap /proc/self/status | sed 's/.*\\t0*//;s/^$/0/' | tr '\\n' ' '";

    private string Sets(string capabilities, string user = """{"uid":0,"gid":0}""")
    {
        Container container = NewContainer();
        container.Config.Set("process.capabilities", capabilities).Set("process.user", user);
        return container.Sh(Show).Trim();
    }

    // /proc/self/status: inheritable, permitted, effective, bounding, ambient. CAP_CHOWN is bit 0, CAP_KILL bit 5.
    [Fact]
    public void The_five_sets_are_those_of_the_config() =>
        Assert.Equal("1 21 21 21 1", Sets("""
            {"bounding":["CAP_CHOWN","CAP_KILL"],"permitted":["CAP_CHOWN","CAP_KILL"],"effective":["CAP_CHOWN","CAP_KILL"],
             "inheritable":["CAP_CHOWN"],"ambient":["CAP_CHOWN"]}
            """));

    [Fact]
    public void Without_capabilities_the_program_has_none()
    {
        Container container = NewContainer();
        container.Config.Remove("process.capabilities");
        Assert.Equal("0 0 0 0 0", container.Sh(Show).Trim());
    }

    [Fact]
    public void Empty_sets_leave_none() =>
        Assert.Equal("0 0 0 0 0", Sets("""{"bounding":[],"permitted":[],"effective":[],"inheritable":[],"ambient":[]}"""));

    [Fact]
    public void Inheritable_and_ambient_are_empty_unless_asked_for() =>
        Assert.Equal("0 20 20 20 0", Sets("""{"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"effective":["CAP_KILL"]}"""));

    [Fact]
    public void An_ordinary_user_has_no_capability_without_ambient_ones() =>
        Assert.Equal("0 0 0 20 0", Sets("""{"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"effective":["CAP_KILL"]}""", """{"uid":1000,"gid":1000}"""));

    [Fact]
    public void Ambient_capabilities_reach_an_ordinary_user() =>
        Assert.Equal("20 20 20 20 20", Sets("""
            {"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"effective":["CAP_KILL"],"inheritable":["CAP_KILL"],"ambient":["CAP_KILL"]}
            """, """{"uid":1000,"gid":1000}"""));

    [Fact]
    public void A_capability_that_is_not_bounding_cannot_be_used()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_KILL");
        container.RunSh("chown 1000 /etc/passwd").Exits(1);
    }

    [Fact]
    public void A_capability_of_the_config_can_be_used()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_CHOWN");
        container.Sh("chown 1000 /etc/passwd");
    }

    [Fact]
    public void A_capability_name_that_nobody_knows_is_not_a_failure()
    {
        // The specification: a warning.
        Container container = NewContainer();
        container.Config.Capabilities("CAP_KILL", "CAP_FROM_THE_FUTURE");
        Assert.EndsWith("20", container.Sh("grep CapEff /proc/self/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_capability_that_the_host_does_not_have_is_not_given()
    {
        Container container = NewContainer();
        container.Config.Capabilities("CAP_KILL", "CAP_SYS_RESOURCE");
        CommandResult result = container.RunSh("grep CapEff /proc/self/status");
        // Where the host lacks it, runtimes either leave it out or refuse; a crash or a wrong set is neither.
        Assert.True(result.ExitCode is 0 or 1, result.Describe());
    }
}
