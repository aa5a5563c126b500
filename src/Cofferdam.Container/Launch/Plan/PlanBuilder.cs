using Cofferdam.Containers.Init;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>The growing list of steps of a plan.</summary>
internal sealed class PlanBuilder
{
    public List<LaunchStep> Steps { get; } = new(96);

    /// <summary>Gets a line for each thing that is passed over without harm.</summary>
    public ICollection<string>? Notes { get; init; }

    public void Add(InitOp op, string field, string title, params Operand[] operands) =>
        Steps.Add(new LaunchStep(op, field, title, operands));

    public void Add(InitOp op, string field, string title, Func<int, string?> hint, params Operand[] operands) =>
        Steps.Add(new LaunchStep(op, field, title, operands) { Hint = hint });
}
