using Cofferdam.Spec;

namespace Cofferdam.Cgroups.Tests;

public sealed class DeviceRuleSetTests
{
    private static readonly DeviceRule s_denyAll = new() { Allow = false, Access = "rwm" };
    private static readonly DeviceRule s_allowAll = new() { Allow = true, Access = "rwm" };

    [Fact]
    public void Nothing_configured_is_denied_but_for_the_defaults()
    {
        DeviceRuleSet set = DeviceRuleSet.From([], DefaultDeviceRules.Create());
        Assert.False(set.AllowsByDefault);
        Assert.Equal(
            ["b *:* m", "c *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 10:200 rwm", "c 136:* rwm"],
            Lines(set));
    }

    [Fact]
    public void Later_rules_change_earlier_ones()
    {
        DeviceRuleSet set = Set(s_denyAll, Char(true, 1, 3, "rw"), Char(true, 1, 3, "m"), Char(false, 1, 3, "w"), Char(true, 4, 4, "r"), Char(false, 4, 4, "rwm"));
        Assert.Equal(["c 1:3 rm"], Lines(set));
    }

    [Fact]
    public void A_rule_for_all_devices_starts_anew()
    {
        DeviceRuleSet set = Set(s_denyAll, Char(true, 1, 3, "rw"), s_allowAll, Char(false, 8, 1, "w"));
        Assert.True(set.AllowsByDefault);
        Assert.Equal(["c 8:1 w"], Lines(set));
    }

    [Fact]
    public void A_hole_in_a_wildcard_is_refused_since_the_kernel_would_ignore_it()
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Set(Char(true, 10, null, "rwm"), Char(false, 10, 200, "rw")));
        Assert.StartsWith("linux.resources.devices[1]: ", refusal.Message);
        Assert.Equal(["c 10:* m"], Lines(Set(Char(true, 10, null, "m"), Char(false, 10, 200, "rw"))));
    }

    [Fact]
    public void A_default_never_opens_what_a_wildcard_denies()
    {
        DeviceRuleSet set = DeviceRuleSet.From([s_allowAll, Char(false, 10, null, "rwm"), Char(false, 1, 3, "rwm")], DefaultDeviceRules.Create());
        Assert.Equal(["c 10:* rwm"], Lines(set));
    }

    [Theory]
    [InlineData("x", "access")]
    [InlineData("", "access")]
    public void A_wrong_access_is_named(string access, string field)
    {
        CofferdamException refusal = Assert.Throws<CofferdamException>(() => Set(s_denyAll, Char(true, 1, 3, access)));
        Assert.StartsWith($"linux.resources.devices[1].{field}: ", refusal.Message);
        Assert.Equal(ErrorKind.InvalidArgument, refusal.Kind);
    }

    [Fact]
    public void Fifos_and_impossible_numbers_are_refused()
    {
        Assert.Throws<CofferdamException>(() => Set(new DeviceRule { Type = DeviceType.Fifo, Access = "r" }));
        Assert.Throws<CofferdamException>(() => Set(Char(true, -2, 3, "r")));
        Assert.Throws<CofferdamException>(() => Set(Char(true, 1, 1L << 32, "r")));
    }

    [Fact]
    public void The_list_of_the_kernel_is_read()
    {
        DeviceRuleSet set = DeviceRuleSet.Parse("b *:* m\nc 1:3 rwm\nc 136:* rw\n");
        Assert.False(set.AllowsByDefault);
        Assert.Equal(["b *:* m", "c 1:3 rwm", "c 136:* rw"], Lines(set));
        Assert.True(DeviceRuleSet.Parse("a *:* rwm\n").AllowsByDefault);
        Assert.False(DeviceRuleSet.Parse("").AllowsByDefault);
        Assert.Throws<CofferdamException>(() => DeviceRuleSet.Parse("c nonsense\n"));
    }

    [Fact]
    public void A_change_touches_only_what_differs_and_gives_before_it_takes()
    {
        DeviceRuleSet from = DeviceRuleSet.Parse("c 1:3 rwm\nc 1:5 rwm\nc 4:1 rw\n");
        DeviceRuleSet to = Set(Char(true, 1, null, "rwm"), Char(true, 1, 5, "rwm"), Char(true, 4, 1, "rm"));
        Assert.Equal(
            [new(true, "c 1:* rwm"), new(true, "c 4:1 m"), new(false, "c 1:3 rwm"), new(false, "c 4:1 w")],
            from.ChangesTo(to));
        Assert.Empty(from.ChangesTo(from));
    }

    [Fact]
    public void A_set_is_sorted_however_it_was_written()
    {
        DeviceRuleSet set = Set(Char(true, 5, 0, "r"), Char(true, 1, 9, "r"), Char(true, null, null, "m"), Char(true, 5, 0, "w"), Char(true, 1, null, "r"));
        Assert.Equal(["c *:* m", "c 1:* r", "c 1:9 r", "c 5:0 rw"], set.Exceptions.Select(e => $"{e.Key} {e.Value.ToLetters()}"));
    }

    [Fact]
    public void Unknown_denials_force_a_new_start()
    {
        DeviceRuleSet from = DeviceRuleSet.Parse("a *:* rwm");
        Assert.Equal([new(false, "a"), new(true, "c 1:3 rw")], from.ChangesTo(Set(Char(true, 1, 3, "rw"))));
        Assert.Equal([new(true, "a"), new(false, "c 1:3 rw")], from.ChangesTo(Set(s_allowAll, Char(false, 1, 3, "rw"))));
        Assert.Equal([new(true, "a")], Set(Char(true, 1, 3, "rw")).ChangesTo(Set(s_allowAll)));
    }

    // The writes are played on a second model, as the kernel would take them, from any state to any other.
    [Fact]
    public void The_changes_lead_to_the_target_from_everywhere()
    {
        Random random = new(7);
        for (int round = 0; round < 2000; round++)
        {
            DeviceRuleSet from = RandomSet(random);
            DeviceRuleSet to = RandomSet(random);
            DeviceRuleSet reached = from;
            foreach (DeviceChange change in from.ChangesTo(to)) reached = Play(reached, change);
            Assert.True(reached.Matches(to), $"round {round}");
        }
    }

    private static DeviceRuleSet Play(DeviceRuleSet set, DeviceChange change)
    {
        if (change.Rule == "a") return Set(new DeviceRule { Allow = change.Allow });
        string[] parts = change.Rule.Split(' ', ':');
        Dictionary<DeviceMatch, DeviceAccess> exceptions = new(set.Exceptions);
        DeviceMatch match = new(parts[0][0], Number(parts[1]), Number(parts[2]));
        Assert.True(DeviceAccessText.TryParse(parts[3], out DeviceAccess access));
        DeviceAccess now = exceptions.GetValueOrDefault(match);
        exceptions[match] = change.Allow != set.AllowsByDefault ? now | access : now & ~access;
        List<DeviceRule> rules = [new DeviceRule { Allow = set.AllowsByDefault }];
        foreach ((DeviceMatch key, DeviceAccess value) in exceptions)
        {
            if (value == DeviceAccess.None) continue;
            rules.Add(new DeviceRule
            {
                Allow = !set.AllowsByDefault, Type = (DeviceType)key.Kind, Access = value.ToLetters(),
                Major = key.Major < 0 ? null : key.Major, Minor = key.Minor < 0 ? null : key.Minor,
            });
        }

        return Set([.. rules]);
    }

    private static DeviceRuleSet RandomSet(Random random)
    {
        bool allow = random.Next(4) == 0;
        List<DeviceRule> rules = [new DeviceRule { Allow = allow }];
        string[] accesses = ["r", "w", "m", "rw", "rm", "wm", "rwm"];
        for (int i = random.Next(6); i > 0; i--)
        {
            rules.Add(new DeviceRule
            {
                Allow = !allow, Type = random.Next(2) == 0 ? DeviceType.Char : DeviceType.Block,
                Major = random.Next(3) == 0 ? null : random.Next(3), Minor = random.Next(3) == 0 ? null : random.Next(3),
                Access = accesses[random.Next(accesses.Length)],
            });
        }

        return Set([.. rules]);
    }

    private static long Number(string text) => text == "*" ? DeviceMatch.Any : long.Parse(text);

    private static DeviceRuleSet Set(params DeviceRule[] rules) => DeviceRuleSet.From(rules, []);

    private static DeviceRule Char(bool allow, long? major, long? minor, string access) =>
        new() { Allow = allow, Type = DeviceType.Char, Major = major, Minor = minor, Access = access };

    private static string[] Lines(DeviceRuleSet set) =>
        [.. set.Exceptions.Select(e => $"{e.Key} {e.Value.ToLetters()}").Order(StringComparer.Ordinal).OrderBy(l => l, new ListOrder())];

    // devices.list of runc's default set, in which the wildcards come first.
    private sealed class ListOrder : IComparer<string>
    {
        public int Compare(string? x, string? y) => Key(x!).CompareTo(Key(y!));

        private static (long, long, char) Key(string line)
        {
            string[] parts = line.Split(' ', ':');
            return (parts[1] == "*" ? -1 : long.Parse(parts[1]), parts[2] == "*" ? -1 : long.Parse(parts[2]), line[0]);
        }
    }
}
