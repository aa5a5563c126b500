using Cofferdam.Containers.Launch;
using Cofferdam.Containers.Preflight.Checks;
using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Preflight;

/// <summary>
/// Tells whether a bundle would run on this host, and if not, what stands in the way and what to change. First it looks; then it
/// rehearses: the steps of the very launch are done by a process that ends before it executes anything, in namespaces, a cgroup
/// and over an overlay of rootfs that end with it.
/// </summary>
public static class BundleCheck
{
    /// <summary>All findings, in the order of the checks. The bundle would run when none is a failure.</summary>
    public static IReadOnlyList<CheckFinding> Run(CheckOptions options)
    {
        List<CheckFinding> findings = [];
        if (Read(options, findings) is not { } spec) return findings;
        var context = new CheckContext(options, spec);
        foreach (HostCheck check in Checks())
        {
            context.Subject = check.Subject;
            int before = context.Findings.Count;
            try
            {
                string? summary = check.Examine(context);
                if (summary is not null && context.Findings.Count == before) context.Ok(summary);
            }
            catch (Exception e) when (e is LinuxException or CofferdamException)
            {
                context.Fail(e.Message);
            }
        }
        findings.AddRange(context.Findings);
        return findings;
    }

    private static HostCheck[] Checks() =>
    [
        new KernelCheck(),
        new RootfsCheck(),
        new ProgramCheck(),
        new NamespaceCheck(),
        new IdMapCheck(),
        new MountCheck(),
        new CgroupCheck(),
        new ResourceControlCheck(),
        new PrivilegeCheck(),
        new SeccompCheck(),
        new SecurityModuleCheck(),
        new NetworkDeviceCheck(),
        new HookCheck(),
        new RehearsalCheck(),
    ];

    /// <summary>Without a configuration that can be read and planned there is nothing to ask about.</summary>
    private static RuntimeSpec? Read(CheckOptions options, List<CheckFinding> findings)
    {
        const string Subject = "configuration";
        string bundle = Path.GetFullPath(options.Bundle);
        List<string> warnings = [];
        try
        {
            RuntimeSpec spec = SpecReader.ReadSpec(Files.ReadAll(Path.Combine(bundle, options.ConfigFile)), warnings);
            SpecValidator.Validate(spec, warnings);
            int steps = ContainerLaunch.Preview(spec, bundle, options.Id ?? new ContainerId("check")).Steps.Count;
            findings.Add(new CheckFinding(CheckLevel.Ok, Subject, "", $"valid, and launched in {steps} steps", null));
            foreach (string warning in warnings) findings.Add(new CheckFinding(CheckLevel.Warning, Subject, "", warning, null));
            return spec;
        }
        catch (Exception e) when (e is LinuxException or CofferdamException)
        {
            var context = new CheckContext(options, new RuntimeSpec { Process = new Process() }) { Subject = Subject };
            context.Fail(e.Message);
            findings.AddRange(context.Findings);
            return null;
        }
    }
}
