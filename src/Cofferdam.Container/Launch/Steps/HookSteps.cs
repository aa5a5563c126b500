using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Containers.Sync;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>Hooks: those of the runtime's namespaces are the parent's, the others run from init.</summary>
internal static class HookSteps
{
    public static void AddRuntimeHooks(PlanBuilder plan, RuntimeSpec spec)
    {
        if (spec.Hooks.Prestart.Count + spec.Hooks.CreateRuntime.Count == 0) return;
        string field = spec.Hooks.Prestart.Count > 0 ? "hooks.prestart" : "hooks.createRuntime";
        plan.Add(InitOp.Synchronize, field, "wait for the runtime's hooks", Operand.Of("point", (long)SyncPoint.RuntimeHooks));
    }

    public static void AddCreateContainer(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs) =>
        Add(plan, spec.Hooks.CreateContainer, "createContainer", inputs.CreatingState);

    public static void AddStartContainer(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs) =>
        Add(plan, spec.Hooks.StartContainer, "startContainer", inputs.CreatedState);

    private static void Add(PlanBuilder plan, IReadOnlyList<Hook> hooks, string kind, (string Before, string After) state)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            Hook hook = hooks[i];
            string[] arguments = hook.Args.Count > 0 ? [.. hook.Args] : [hook.Path];
            plan.Add(InitOp.RunHook, $"hooks.{kind}[{i}]", $"run {kind} hook #{i} '{hook.Path}'",
                Operand.Of("path", hook.Path), Operand.Of("args", arguments), Operand.Of("env", [.. hook.Env]),
                Operand.Of("timeout", hook.Timeout ?? 0), Operand.Of("before", state.Before), Operand.Of("after", state.After));
        }
    }
}
