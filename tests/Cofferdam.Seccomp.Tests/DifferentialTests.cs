using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Seccomp.Tests;

/// <summary>Our programs answer as libseccomp's do.</summary>
public sealed class DifferentialTests
{
    /// <summary>For each machine; 14 machines make 112 profiles a test.</summary>
    private const int Profiles = 8;

    private const string PodmanProfile = "/usr/share/containers/seccomp.json";

    public static TheoryData<SeccompArchitecture, SeccompArchitecture[]> Machines => new()
    {
        { SeccompArchitecture.X86_64, [SeccompArchitecture.X86, SeccompArchitecture.X32] },
        { SeccompArchitecture.X86_64, [SeccompArchitecture.X32] },
        { SeccompArchitecture.X86_64, [] },
        { SeccompArchitecture.X86_64, [SeccompArchitecture.Aarch64, SeccompArchitecture.Arm, SeccompArchitecture.Riscv64, SeccompArchitecture.X86] },
        { SeccompArchitecture.X86, [SeccompArchitecture.X86_64] },
        { SeccompArchitecture.Aarch64, [SeccompArchitecture.Arm] },
        { SeccompArchitecture.Arm, [] },
        { SeccompArchitecture.Riscv64, [] },
        { SeccompArchitecture.Ppc64le, [] },
        { SeccompArchitecture.Ppc64, [SeccompArchitecture.Ppc] },
        { SeccompArchitecture.S390x, [SeccompArchitecture.S390] },
        { SeccompArchitecture.Mips64, [SeccompArchitecture.Mips, SeccompArchitecture.Mips64n32] },
        { SeccompArchitecture.Mipsel64, [SeccompArchitecture.Mipsel, SeccompArchitecture.Mipsel64n32] },
        { SeccompArchitecture.Parisc64, [SeccompArchitecture.Parisc] },
    };

    [Fact]
    public void Docker_s_default_profile_gives_libseccomp_s_answers() => AssertSame(ProfileFile.Docker);

    [Fact]
    public void Containerd_s_default_profile_gives_libseccomp_s_answers() => AssertSame(ProfileFile.Containerd);

    [Fact]
    public void Podman_s_default_profile_gives_libseccomp_s_answers()
    {
        Assert.SkipUnless(File.Exists(PodmanProfile), $"{PodmanProfile} is not there (package golang-github-containers-common)");
        AssertSame(ProfileFile.Read(PodmanProfile));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Generated_profiles_with_one_rule_a_call_give_libseccomp_s_answers(SeccompArchitecture native, SeccompArchitecture[] others)
    {
        LibSeccomp.SkipWithout();
        var random = new Random(4 + others.Length);
        var generator = new ProfileGenerator(random, native) { OneRuleEach = true };
        for (int i = 0; i < Profiles; i++)
        {
            AnswerComparison comparison = AnswerComparison.Run(generator.Next(others), native, random)!;
            AssertNone(comparison.Ours);
            AssertNone(comparison.Theirs);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Generated_profiles_are_answered_as_they_read(SeccompArchitecture native, SeccompArchitecture[] others)
    {
        LibSeccomp.SkipWithout();
        var random = new Random(5 + others.Length);
        var generator = new ProfileGenerator(random, native);
        int asked = 0, theirs = 0;
        for (int i = 0; i < Profiles; i++)
        {
            AnswerComparison comparison = AnswerComparison.Run(generator.Next(others), native, random)!;
            AssertNone(comparison.Ours);
            asked += comparison.Asked;
            theirs += comparison.Theirs.Count;
        }
        // libseccomp's own mistakes (see AnswerComparison) are few; more would mean that the reading is wrong.
        Assert.True(theirs < asked / 20, $"libseccomp differs in {theirs} of {asked}");
    }

    private static void AssertSame(Profile profile)
    {
        LibSeccomp.SkipWithout();
        AnswerComparison comparison = AnswerComparison.Run(profile, SeccompArchitecture.X86_64, new Random(1))!;
        AssertNone(comparison.Ours);
        AssertNone(comparison.Theirs);
        Assert.True(comparison.Program.Instructions.Length < comparison.TheirLength);
    }

    private static void AssertNone(List<string> differences) =>
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n" + string.Join('\n', differences.Take(10)));
}
