using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;

namespace Cofferdam.Seccomp.Tests;

public sealed class TableTests
{
    public static TheoryData<SeccompArchitecture> Architectures => [.. Enum.GetValues<SeccompArchitecture>()];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_architecture_of_the_spec_has_its_numbers(SeccompArchitecture architecture)
    {
        Assert.True(Abi.TryGet(architecture, out Abi abi));
        Dictionary<string, uint> ours = Names(abi);
        Assert.True(ours.Count > 300, $"{ours.Count}");
        // Linux 6.13 to 6.17; each has one number everywhere.
        Assert.Equal(467, (int)(ours["open_tree_attr"] - abi.Base));
        Assert.Equal(463, (int)(ours["setxattrat"] - abi.Base));
        Assert.Equal(468, (int)(ours["file_getattr"] - abi.Base));
        Assert.Equal(462, (int)(ours["mseal"] - abi.Base));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Numbers_are_those_of_libseccomp(SeccompArchitecture architecture)
    {
        LibSeccomp.SkipWithout();
        Assert.SkipWhen(LibSeccomp.Token(architecture) == 0, $"libseccomp 2.5 does not know {architecture}");
        Abi.TryGet(architecture, out Abi abi);
        Dictionary<string, uint> ours = Names(abi), theirs = AnswerComparison.Table(architecture);
        Assert.Empty(from name in theirs.Keys
                     where name != "_llseek" || architecture != SeccompArchitecture.Parisc64
                     where ours.GetValueOrDefault(name, uint.MaxValue) != theirs[name]
                     select $"{name}: {theirs[name]}");
        Assert.True(theirs.Count > 300, $"{theirs.Count}");
    }

    [Fact]
    public void Every_name_is_found_and_no_other()
    {
        for (int i = 0; i < SyscallTable.Count; i++) Assert.Equal(i, SyscallTable.Find(SyscallTable.Name(i)));
        foreach (string name in new[] { "", "reads", "rea", "READ", "r\u00e9ad", "\ud83d\ude00", new string('a', 5000), "socketcal" })
        {
            Assert.Equal(-1, SyscallTable.Find(name));
        }
    }

    [Fact]
    public void Nothing_is_built_at_start() => Assert.DoesNotContain(
        typeof(SyscallTable).Assembly.GetTypes().Where(t => t.Namespace == typeof(SyscallTable).Namespace),
        t => t.TypeInitializer is not null);

    private static Dictionary<string, uint> Names(Abi abi)
    {
        var names = new Dictionary<string, uint>();
        for (int i = 0; i < abi.Numbers.Length; i++)
        {
            if (abi.Numbers[i] != 0) names.Add(SyscallTable.Name(abi.Numbers[i] - 1), abi.Base + (uint)i);
        }
        for (int i = 0; i < abi.PrivateNumbers.Length; i++) names.Add(SyscallTable.Name(abi.PrivateNumbers[i] - 1), Abi.ArmPrivateBase + (uint)i);
        return names;
    }
}
