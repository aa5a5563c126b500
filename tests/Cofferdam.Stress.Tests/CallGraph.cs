using Iced.Intel;

namespace Cofferdam.Stress.Tests;

/// <summary>
/// Walks the compiled code from functions that must not reach the .NET runtime, and lists what breaks the rules of
/// docs/runtime-free-code.md.
/// </summary>
public sealed class CallGraph(ElfImage image)
{
    // RhpFallbackFailFast is where a function with a damaged stack cookie ends: an abort, as it should be.
    private static readonly string[] s_leaves = ["syscall", "__errno_location", "RhpFallbackFailFast"];

    public List<string> Violations { get; } = [];

    public HashSet<string> Reached { get; } = [];

    public void Walk(string root)
    {
        var pending = new Stack<string>([root]);
        while (pending.TryPop(out string? function))
        {
            if (!Reached.Add(function)) continue;
            if (!image.Functions.TryGetValue(function, out (ulong Address, ulong Size) place))
            {
                Violations.Add($"{function}: not in the symbol table");
                continue;
            }
            WalkFunction(function, place.Address, place.Size, pending);
        }
    }

    private void WalkFunction(string function, ulong address, ulong size, Stack<string> pending)
    {
        var decoder = Decoder.Create(64, image.CodeAt(address, size).ToArray());
        decoder.IP = address;
        while (decoder.IP < address + size)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.SegmentPrefix == Register.FS) Violations.Add($"{function}: thread-local storage at {instruction.IP:x}");
            switch (instruction.FlowControl)
            {
                case FlowControl.Call or FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch:
                    Follow(function, address, size, instruction.NearBranchTarget, pending);
                    break;
                case FlowControl.IndirectCall:
                    Violations.Add($"{function}: indirect call at {instruction.IP:x}");
                    break;
                case FlowControl.IndirectBranch when !function.EndsWith("InitProgram__Perform", StringComparison.Ordinal):
                    // Only the interpreter's switch is compiled to a jump table.
                    Violations.Add($"{function}: indirect jump at {instruction.IP:x}");
                    break;
                default:
                    break;
            }
        }
    }

    private void Follow(string function, ulong address, ulong size, ulong target, Stack<string> pending)
    {
        if (target >= address && target < address + size) return;
        string name = image.Names.TryGetValue(target, out string? known) ? known : $"{target:x}";
        if (s_leaves.Contains(name)) return;
        if (IsRuntime(name)) Violations.Add($"{function}: calls {name}");
        else pending.Push(name);
    }

    private static bool IsRuntime(string name) =>
        name.StartsWith("Rh", StringComparison.Ordinal) || name.StartsWith("JIT_", StringComparison.Ordinal)
        || name.StartsWith("__GetNonGC", StringComparison.Ordinal) || name.StartsWith("__GetGC", StringComparison.Ordinal)
        || name.StartsWith("S_P_", StringComparison.Ordinal) || name.StartsWith("System_", StringComparison.Ordinal)
        || name.StartsWith("__tls", StringComparison.Ordinal) || name.StartsWith("__stack_chk", StringComparison.Ordinal);
}
