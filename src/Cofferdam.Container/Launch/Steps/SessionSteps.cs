using Cofferdam.Containers.Init;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Launch.Steps;

/// <summary>The session, its keyring, and its terminal.</summary>
internal static class SessionSteps
{
    public static void Begin(PlanBuilder plan, RuntimeSpec spec, PlanInputs inputs)
    {
        plan.Add(InitOp.NewSession, "", "start a session");
        AddKeyring(plan, spec.Process, inputs);
    }

    public static void BeginExec(PlanBuilder plan, Process process, PlanInputs inputs)
    {
        plan.Add(InitOp.NewSession, "", "start a session");
        AddKeyring(plan, process, inputs);
        plan.Add(InitOp.AdoptRoot, "", "open '/'");
    }

    public static void OpenTerminal(PlanBuilder plan, Process process, bool bindConsole)
    {
        plan.Add(InitOp.OpenTerminal, "process.terminal", "open a terminal",
            errno => errno == Abi.ENOENT ? "a terminal needs devpts at /dev/pts in mounts" : null,
            Operand.Of("ptmx", "/dev/pts/ptmx"), Operand.Of("fallback", "/dev/ptmx"),
            Operand.Of("rows", process.ConsoleSize?.Height ?? 0), Operand.Of("columns", process.ConsoleSize?.Width ?? 0),
            Operand.Of("owner", process.User.Uid));
        if (bindConsole)
        {
            plan.Add(InitOp.BindConsole, "process.terminal", "bind the terminal on '/dev/console'",
                Operand.Of("target", "/dev/console"));
        }
    }

    public static void AttachTerminal(PlanBuilder plan) =>
        plan.Add(InitOp.AttachTerminal, "process.terminal", "make the terminal the controlling one");

    private static void AddKeyring(PlanBuilder plan, Process? process, PlanInputs inputs)
    {
        if (inputs.NoNewKeyring) return;
        LabelSteps.AddKey(plan, process?.SelinuxLabel);
        plan.Add(InitOp.JoinSessionKeyring, "", "join a session keyring",
            errno => errno == 122 ? "the user's key quota is used up; see --no-new-keyring" : null,   // EDQUOT
            Operand.Of("name", "_ses." + inputs.Id.Value));
    }
}
