using Cofferdam.Containers;
using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Plan.Tests;

/// <summary>Configurations, their plans, and plans as text.</summary>
internal static class Plans
{
    public static PlanInputs Inputs { get; } = new() { Bundle = "/bundle", Id = new ContainerId("c1"), EntersCgroup = true };

    public static IReadOnlyList<CgroupMountSource> Hierarchies { get; } =
    [
        new("cpu,cpuacct", "cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/c1", ["cpu", "cpuacct"]),
        new("memory", "memory", "/sys/fs/cgroup/memory/c1", ["memory"]),
        new("systemd", "none,name=systemd", "/sys/fs/cgroup/systemd/c1", []),
    ];

    /// <summary>Namespaces, a program, and nothing else: each test adds what it is about.</summary>
    public static RuntimeSpec Small(params NamespaceType[] namespaces) => new()
    {
        OciVersion = DefaultSpec.OciVersion,
        Process = new Process { Args = ["/bin/true"], Env = ["PATH=/bin", "HOME=/"], Cwd = "/", NoNewPrivileges = true },
        Root = new Root { Path = "rootfs" },
        Linux = new LinuxConfig { Namespaces = [.. namespaces.Select(type => new LinuxNamespace { Type = type })] },
    };

    public static LinuxConfig WithUserNamespace(this LinuxConfig linux) => linux with
    {
        Namespaces = [.. linux.Namespaces, new LinuxNamespace { Type = NamespaceType.User }],
        UidMappings = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
        GidMappings = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
    };

    public static LaunchPlan Build(RuntimeSpec spec, PlanInputs? inputs = null) => ContainerPlan.Build(spec, inputs ?? Inputs);

    /// <summary>The steps as `coffer-oci plan` names them, one a line.</summary>
    public static string Text(this LaunchPlan plan) => string.Join('\n', plan.Steps.Select(step => step.Title));

    /// <summary>The steps that some field asked for.</summary>
    public static string Text(this LaunchPlan plan, string field) =>
        string.Join('\n', plan.Steps.Where(step => step.Field.StartsWith(field, StringComparison.Ordinal)).Select(step => step.Title));

    /// <summary>Where the only step of its kind stands.</summary>
    public static int IndexOf(this LaunchPlan plan, InitOp op)
    {
        int[] found = [.. Enumerable.Range(0, plan.Steps.Count).Where(i => plan.Steps[i].Op == op)];
        return found.Length == 1 ? found[0] : throw new InvalidOperationException($"{found.Length} steps {op} in:\n{plan.Text()}");
    }

    /// <summary>The operations stand in this order.</summary>
    public static void AssertOrder(this LaunchPlan plan, params InitOp[] order)
    {
        for (int i = 1; i < order.Length; i++)
            Assert.True(plan.IndexOf(order[i - 1]) < plan.IndexOf(order[i]), $"{order[i - 1]} must come before {order[i]}:\n{plan.Text()}");
    }

    public static string Operand(this LaunchStep step, string name) => step.Operands.Single(operand => operand.Name == name).Display;
}
