using Cofferdam.Spec;

namespace Cofferdam.Cgroups.V2;

/// <summary>Which controllers a configuration cannot do without, and for which field.</summary>
internal sealed class V2Needs
{
    private readonly List<(string Controller, string Field)> _needs = [];

    /// <param name="controllers">All that take values.</param>
    /// <param name="resources">linux.resources, validated, or null.</param>
    public V2Needs(V2Controller[] controllers, LinuxResources? resources)
    {
        if (resources is null) return;
        foreach (V2Controller controller in controllers)
        {
            if (controller.NeededBy(resources) is { } field) _needs.Add((controller.Name, field));
        }

        foreach (string file in resources.Unified.Keys)
        {
            // "cgroup" is the core, which is always there.
            if (UnifiedFiles.ControllerOf(file) is not "cgroup" and var controller) _needs.Add((controller, UnifiedFiles.FieldOf(file)));
        }
    }

    /// <summary>In the order of writing.</summary>
    public IReadOnlyList<(string Controller, string Field)> All => _needs;

    /// <summary>The first field whose controller works between processes only, not between threads; or null.</summary>
    public string? DomainField
    {
        get
        {
            int index = _needs.FindIndex(static need => !ControllerList.IsThreaded(need.Controller));
            return index < 0 ? null : _needs[index].Field;
        }
    }

    public bool Has(string controller) => _needs.Exists(need => need.Controller == controller);
}
