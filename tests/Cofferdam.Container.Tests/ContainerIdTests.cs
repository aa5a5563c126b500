namespace Cofferdam.Containers.Tests;

public sealed class ContainerIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("A.b-c_d+9")]
    [InlineData("...")]
    [InlineData(".hidden")]
    [InlineData("-")]
    public void Takes_the_ids_that_runc_takes(string id) => Assert.Equal(id, new ContainerId(id).Value);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void Refuses_what_could_leave_the_root_or_break_a_line(string id)
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => new ContainerId(id));
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
    }

    [Fact]
    public void Refuses_an_id_longer_than_the_limit() =>
        Assert.False(ContainerId.IsValid(new string('a', ContainerId.MaxLength + 1)));

    [Fact]
    public void The_default_value_names_nothing() => Assert.Throws<InvalidOperationException>(() => default(ContainerId).Value);
}
