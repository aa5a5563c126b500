namespace Cofferdam.Linux.Tests;

public sealed class ProcFsTests
{
    private const string Tail = " 1 2 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 123456789 0 0";

    [Theory]
    [InlineData("7 (sh) S 5" + Tail, "sh", 'S')]
    [InlineData("7 (a) R 1 1 1) Z 5" + Tail, "a) R 1 1 1", 'Z')]
    [InlineData("7 (()) D 5" + Tail, "()", 'D')]
    [InlineData("7 () D 5" + Tail, "", 'D')]
    [InlineData("7 (new\nline) T 5" + Tail, "new\nline", 'T')]
    public void A_hostile_command_name_does_not_shift_the_fields(string text, string command, char state)
    {
        Assert.True(ProcFs.TryParseStat(text, out ProcStat stat));
        Assert.Equal(new ProcStat(7, command, state, 5, 1, 2, 123456789), stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 (sh")]
    [InlineData("7 (sh)")]
    [InlineData("7 (sh) S 5 1 2")]
    [InlineData("x (sh) S 5" + Tail)]
    public void A_cut_stat_is_refused(string text) => Assert.False(ProcFs.TryParseStat(text, out _));

    [Fact]
    public void Status_gives_ids_and_the_numbers_in_nested_namespaces()
    {
        ProcStatus? status = ProcFs.ParseStatus("Name:\tUid:\nTgid:\t12\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNSpid:\t12\t1\n");
        Assert.NotNull(status);
        Assert.Equal((12, 1u, 2u, 5u, 6u), (status.Pid, status.Uid, status.EffectiveUid, status.Gid, status.EffectiveGid));
        Assert.Equal([12, 1], status.NamespacePids);
        Assert.Equal(Processes.CurrentId, ProcFs.ReadStatus(Processes.CurrentId).Pid);
        Assert.Null(ProcFs.ParseStatus("Tgid:\t12\n"));
    }

    [Fact]
    public void Children_command_line_and_namespaces_of_a_child_are_read()
    {
        using IdleChild child = new();
        Assert.Contains(child.Id, ProcFs.ReadChildren(Processes.CurrentId));
        Assert.Equal(IdleChild.Arguments, ProcFs.ReadCommandLine(child.Id));
        Assert.True(ProcFs.TryReadNamespace(child.Id, "net", out string? identity));
        Assert.StartsWith("net:[", identity, StringComparison.Ordinal);
    }
}
