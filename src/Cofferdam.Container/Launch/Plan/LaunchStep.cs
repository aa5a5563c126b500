using Cofferdam.Containers.Init;

namespace Cofferdam.Containers.Launch.Plan;

/// <summary>One step of a launch: what init shall do, and which field of the configuration asks for it.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Field">The JSON path of the field, or "" for what every container needs.</param>
/// <param name="Title">The operation and its objects, as messages name them: "mount 'proc' on '/proc'".</param>
/// <param name="Operands">At most eight, in the order of the operation's method in Init.</param>
public sealed record LaunchStep(InitOp Op, string Field, string Title, params Operand[] Operands)
{
    /// <summary>What a user may check when this step fails with a certain error number, if there is something to say.</summary>
    internal Func<int, string?>? Hint { get; init; }

    /// <summary>The tree that a bind mount may ask its parent for.</summary>
    internal SourceTreeRequest? SourceTree { get; init; }
}
