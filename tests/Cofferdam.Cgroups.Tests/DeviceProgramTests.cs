using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

/// <summary>The generated eBPF programs against what the rules say, in an interpreter and in the kernel's verifier.</summary>
public sealed class DeviceProgramTests
{
    private const int Block = 1;
    private const int Char = 2;
    private const int Mknod = 1;
    private const int Read = 2;
    private const int Write = 4;

    [Fact]
    public void Without_rules_everything_is_denied()
    {
        BpfInstruction[] program = DeviceProgram.Build([], []);
        Assert.Equal(0ul, EbpfMachine.Run(program, Char, Read, 1, 3));
        Assert.Equal(0ul, EbpfMachine.Run(program, Block, Mknod, 8, 0));
    }

    [Fact]
    public void The_default_rules_are_those_of_runc()
    {
        BpfInstruction[] program = DeviceProgram.Build([], DefaultDeviceRules.Create());
        Assert.Equal(1ul, EbpfMachine.Run(program, Char, Read | Write, 1, 3));
        Assert.Equal(1ul, EbpfMachine.Run(program, Char, Read | Write | Mknod, 136, 77));
        Assert.Equal(1ul, EbpfMachine.Run(program, Block, Mknod, 8, 0));
        Assert.Equal(0ul, EbpfMachine.Run(program, Block, Read, 8, 0));
        Assert.Equal(0ul, EbpfMachine.Run(program, Char, Read, 5, 1));
        Assert.Equal(0ul, EbpfMachine.Run(program, Char, Mknod | Read, 5, 1));
    }

    [Fact]
    public void Accesses_may_come_from_several_rules_and_a_denial_of_one_denies_all()
    {
        DeviceRule[] rules =
        [
            Rule(true, DeviceType.Char, 1, 3, "r"),
            Rule(true, DeviceType.Char, 1, null, "w"),
            Rule(true, DeviceType.Block, null, null, null),
            Rule(false, DeviceType.Block, 8, null, "w"),
        ];
        BpfInstruction[] program = DeviceProgram.Build(rules, []);
        Assert.Equal(1ul, EbpfMachine.Run(program, Char, Read | Write, 1, 3));
        Assert.Equal(0ul, EbpfMachine.Run(program, Char, Read | Write, 1, 4));
        Assert.Equal(1ul, EbpfMachine.Run(program, Block, Read, 8, 1));
        Assert.Equal(0ul, EbpfMachine.Run(program, Block, Read | Write, 8, 1));
        Assert.Equal(1ul, EbpfMachine.Run(program, Block, Read | Write, 9, 1));
    }

    [Fact]
    public void A_rule_for_all_devices_forgets_the_earlier_ones()
    {
        DeviceRule[] rules = [Rule(true, DeviceType.Char, 1, 3, "rwm"), Rule(true, null, null, null, null), Rule(false, DeviceType.Char, 10, 200, "rwm")];
        BpfInstruction[] program = DeviceProgram.Build(rules, []);
        Assert.Equal(1ul, EbpfMachine.Run(program, Block, Read | Write | Mknod, 250, 1_000_000));
        Assert.Equal(0ul, EbpfMachine.Run(program, Char, Read, 10, 200));
        Assert.Equal(0ul, EbpfMachine.Run(DeviceProgram.Build([.. rules, Rule(false, DeviceType.All, null, null, "rwm")], []), Char, Read, 1, 3));
    }

    [Fact]
    public void What_later_rules_decide_is_left_out()
    {
        int alone = DeviceProgram.Build([], DefaultDeviceRules.Create()).Length;
        IReadOnlyList<DeviceRule> repeated = [Rule(false, null, null, null, "rwm"), .. DefaultDeviceRules.Create()];
        Assert.Equal(alone, DeviceProgram.Build(repeated, DefaultDeviceRules.Create()).Length);
    }

    [Fact]
    public void Wrong_values_are_named_as_on_v1()
    {
        DeviceRule[] rules = [Rule(true, null, null, null, "rwm"), Rule(true, DeviceType.Char, 1, 3, "rx")];
        Assert.Equal("linux.resources.devices[1].access: 'rx' is not a composition of r, w and m", Assert.Throws<CofferdamException>(() => DeviceProgram.Check(rules)).Message);
        Assert.Equal("linux.resources.devices[0].major: -2 is not a device number", Assert.Throws<CofferdamException>(() => DeviceProgram.Check([Rule(true, DeviceType.Char, -2, 3, null)])).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_rules_are_decided_as_the_last_rule_for_each_access_says(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 400; round++)
        {
            DeviceRule[] rules = [.. Enumerable.Range(0, random.Next(0, 24)).Select(_ => RandomRule(random))];
            DeviceRule[] defaults = random.Next(2) == 0 ? [] : [.. DefaultDeviceRules.Create()];
            BpfInstruction[] program = DeviceProgram.Build(rules, defaults);
            for (int i = 0; i < 60; i++)
            {
                (int kind, int access, uint major, uint minor) = (random.Next(1, 3), random.Next(1, 8), (uint)random.Next(0, 4), (uint)random.Next(0, 4));
                ulong expected = Model([.. rules, .. defaults], kind, access, major, minor) ? 1ul : 0;
                ulong actual = EbpfMachine.Run(program, kind, access, major, minor);
                if (expected != actual) Assert.Fail($"seed {seed} round {round}: {kind} {major}:{minor} {access}: {actual}\n{string.Join('\n', rules.AsEnumerable())}");
            }
        }
    }

    [Fact]
    public void Single_accesses_are_decided_as_by_the_exceptions_of_v1()
    {
        Random random = new(4);
        for (int round = 0; round < 200; round++)
        {
            bool allow = random.Next(2) == 0;
            IEnumerable<DeviceRule> exceptions = Enumerable.Range(0, random.Next(0, 8)).Select(_ => RandomRule(random) with { Allow = !allow, Type = DeviceType.Char });
            DeviceRule[] rules = [Rule(allow, null, null, null, null), .. exceptions];
            DeviceRuleSet set = DeviceRuleSet.From(rules, []);
            BpfInstruction[] program = DeviceProgram.Build(rules, []);
            foreach ((int kind, int access, uint major, uint minor) in Questions())
                Assert.Equal(IsAllowedByV1(set, kind, access, major, minor), EbpfMachine.Run(program, kind, access, major, minor) == 1);
        }
    }

    [Fact]
    public void The_kernel_verifies_the_programs()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        Random random = new(5);
        for (int round = 0; round < 20; round++)
        {
            DeviceRule[] rules = [.. Enumerable.Range(0, round * 5).Select(_ => RandomRule(random))];
            using OwnedFd program = CgroupDevicePrograms.Load(DeviceProgram.Build(rules, DefaultDeviceRules.Create()), "cofferdam_test");
            Assert.Equal("cofferdam_test", CgroupDevicePrograms.NameOf(program));
        }
    }

    [Fact]
    public void The_verifier_explains_a_refusal()
    {
        if (Processes.EffectiveUid != 0) Assert.Skip("needs root");
        LinuxException refusal = Assert.Throws<LinuxException>(() => CgroupDevicePrograms.Load([new BpfInstruction(0x95)], "cofferdam_test"));
        Assert.StartsWith("bpf BPF_PROG_LOAD 'cofferdam_test': EACCES (permission denied) (hint: verifier: ", refusal.Message);
        Assert.Contains("R0 !read_ok", refusal.Message);
    }

    private static IEnumerable<(int Kind, int Access, uint Major, uint Minor)> Questions() =>
        from kind in new[] { Block, Char } from access in new[] { Read, Write, Mknod } from major in Enumerable.Range(0, 4) from minor in Enumerable.Range(0, 4)
        select (kind, access, (uint)major, (uint)minor);

    private static DeviceRule Rule(bool allow, DeviceType? type, long? major, long? minor, string? access) =>
        new() { Allow = allow, Type = type, Major = major, Minor = minor, Access = access };

    private static DeviceRule RandomRule(Random random)
    {
        string[] accesses = ["r", "w", "m", "rw", "rm", "wm", "rwm"];
        DeviceType?[] types = [DeviceType.Char, DeviceType.Char, DeviceType.Char, DeviceType.Block, DeviceType.Block, DeviceType.Block, null];
        return Rule(random.Next(2) == 0, types[random.Next(types.Length)], Number(), Number(), accesses[random.Next(accesses.Length)]);

        long? Number() => random.Next(3) == 0 ? null : random.Next(0, 4);
    }

    // Straight from runtime-spec: rules apply in their order, each to the accesses it names.
    private static bool Model(IReadOnlyList<DeviceRule> rules, int kind, int access, uint major, uint minor)
    {
        int granted = 0;
        foreach (DeviceRule rule in rules)
        {
            bool isAll = rule.Type is null or DeviceType.All;
            bool matches = isAll || ((rule.Type == DeviceType.Block) == (kind == Block) && (rule.Major ?? major) == major && (rule.Minor ?? minor) == minor);
            if (!matches) continue;
            int bits = isAll || rule.Access is null ? 7 : rule.Access.Sum(letter => letter == 'r' ? Read : letter == 'w' ? Write : Mknod);
            granted = rule.Allow ? granted | bits : granted & ~bits;
        }

        return (access & ~granted) == 0;
    }

    private static bool IsAllowedByV1(DeviceRuleSet set, int kind, int access, uint major, uint minor)
    {
        DeviceAccess asked = access == Read ? DeviceAccess.Read : access == Write ? DeviceAccess.Write : DeviceAccess.Mknod;
        bool isException = set.Exceptions.Any(e => e.Key.Kind == (kind == Block ? 'b' : 'c') && e.Value.HasFlag(asked)
            && (e.Key.Major == DeviceMatch.Any || e.Key.Major == major) && (e.Key.Minor == DeviceMatch.Any || e.Key.Minor == minor));
        return isException != set.AllowsByDefault;
    }
}
