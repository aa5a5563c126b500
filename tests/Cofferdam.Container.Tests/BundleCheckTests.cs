using Cofferdam.Containers.Preflight;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Tests;

/// <summary>The preflight of a bundle, from a program that embeds the library.</summary>
public sealed class BundleCheckTests : KernelTest
{
    private IReadOnlyList<CheckFinding> Check(Func<RuntimeSpec, RuntimeSpec> change)
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Process = spec.Process! with { Terminal = false, Args = [Shell, "-c", "exit 0"] }, Root = new Root { Path = Rootfs } };
        File.WriteAllBytes(Path.Combine(Bundle, "config.json"), SpecWriter.Write(change(spec)));
        return BundleCheck.Run(new CheckOptions { Bundle = Bundle });
    }

    [Fact]
    public void A_bundle_that_would_run_is_rehearsed_without_a_failure()
    {
        IReadOnlyList<CheckFinding> findings = Check(static spec => spec);
        Assert.DoesNotContain(findings, static found => found.Level == CheckLevel.Failure);
        Assert.Contains(findings, static found => found is { Level: CheckLevel.Ok, Subject: "rehearsal" });
    }

    [Fact]
    public void A_fault_has_its_field_and_an_advice()
    {
        CheckFinding found = Assert.Single(Check(static spec => spec with { Root = new Root { Path = "nowhere" } }), static each => each.Level == CheckLevel.Failure);
        Assert.Equal(("rootfs", "root.path"), (found.Subject, found.Field));
        Assert.NotNull(found.Advice);
    }

    [Fact]
    public void What_cannot_be_read_is_all_that_is_told()
    {
        CheckFinding found = Assert.Single(BundleCheck.Run(new CheckOptions { Bundle = Bundle, ConfigFile = "missing.json" }));
        Assert.Equal((CheckLevel.Failure, "configuration"), (found.Level, found.Subject));
        Assert.Contains("ENOENT", found.Text, StringComparison.Ordinal);
    }
}
