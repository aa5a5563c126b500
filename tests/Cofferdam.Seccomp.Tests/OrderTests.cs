using Cofferdam.Containers.Seccomp;
using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Overlapping rules with different actions: the one speaks that speaks in libseccomp's program.</summary>
public sealed class OrderTests
{
    private const uint Ioctl = 16, X64 = 0xc000003e;

    private static readonly ulong[] s_values = [0, 1, 5, 9, 0xffffffff, 0x100000000, 0x100000005, 0x200000001];
    private static readonly ulong[] s_arguments = [.. s_values.SelectMany(v => new[] { v, v + 1, v - 1 }).Distinct()];

    [Fact]
    public void Rules_speak_in_libseccomp_s_order()
    {
        LibSeccomp.SkipWithout();
        var random = new Random(11);
        int compared = 0;
        var wrong = new List<string>();
        for (int i = 0; i < 600; i++)
        {
            SeccompArg[] conditions = [.. Enumerable.Range(0, 2 + (i % 2)).Select(_ => Condition(random))];
            if (IsMistakenByLibseccomp(conditions)) continue;
            var profile = new Profile
            {
                DefaultAction = SeccompAction.Allow,
                Syscalls = [.. conditions.Select((c, n) => new SeccompSyscall { Names = ["ioctl"], Action = SeccompAction.Errno, ErrnoRet = (uint)n + 10, Args = [c] })],
            };
            // It refuses what contradicts itself; of that we refuse only rules with equal conditions.
            if (LibSeccomp.Compile(profile, SeccompArchitecture.X86_64) is not { } theirs) continue;
            compared++;
            if (!Agree(new CbpfMachine(theirs, false), new CbpfMachine(SeccompCompiler.Compile(profile, SeccompArchitecture.X86_64).Instructions, false), random))
            {
                wrong.Add(string.Join(" | ", conditions.Select(c => $"arg{c.Index} {c.Op} {c.Value:x} {c.ValueTwo:x}")));
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {compared}:\n" + string.Join('\n', wrong));
        Assert.True(compared > 200, $"{compared}");
    }

    private static bool Agree(CbpfMachine theirs, CbpfMachine ours, Random random)
    {
        ulong[] arguments = new ulong[6];
        for (int i = 0; i < 200; i++)
        {
            foreach (ref ulong argument in arguments.AsSpan()) argument = s_arguments[random.Next(s_arguments.Length)];
            if (theirs.Run(Ioctl, X64, arguments) != ours.Run(Ioctl, X64, arguments)) return false;
        }
        return true;
    }

    private static SeccompArg Condition(Random random) => new()
    {
        Index = (uint)random.Next(2),
        Op = (SeccompOperator)random.Next(7),
        Value = s_values[random.Next(s_values.Length)],
        ValueTwo = s_values[random.Next(s_values.Length)],
    };

    /// <summary>
    /// Two bounds of one argument (or two inequalities). libseccomp 2.5.4 keeps one node for equal upper halves, and gives it
    /// the action of one of the rules; where upper halves differ it makes the mistake that AnswerComparison tells of.
    /// </summary>
    private static bool IsMistakenByLibseccomp(SeccompArg[] conditions) => conditions.Where(HasTwoWays).GroupBy(c => c.Index).Any(g => g.Count() > 1);

    private static bool HasTwoWays(SeccompArg condition) => condition.Op is not (SeccompOperator.Equal or SeccompOperator.MaskedEqual);
}
