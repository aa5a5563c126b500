using Cofferdam.Spec;

namespace Cofferdam.Containers.Seccomp;

/// <summary>Prints a filter with line numbers as jump targets and the names of what is compared.</summary>
internal static class Disassembler
{
    /// <summary>What A holds before an instruction, and for which architecture (0: not known).</summary>
    private struct State
    {
        public bool IsReached;
        public uint Loaded;
        public uint Architecture;
    }

    public static IReadOnlyList<string> Print(ReadOnlySpan<ulong> program)
    {
        var lines = new string[program.Length];
        // Jumps only go forward, so one pass knows what each instruction finds.
        var states = new State[program.Length + 1];
        states[0] = new State { IsReached = true, Loaded = uint.MaxValue };
        for (int i = 0; i < program.Length; i++)
        {
            (ushort code, byte whenTrue, byte whenFalse, uint k) = Bpf.Unpack(program[i]);
            State state = states[i], taken = state;
            int yes = i + 1 + whenTrue, no = i + 1 + whenFalse;
            bool isNumber = state.Loaded == Bpf.NumberOffset && state.Architecture != 0;
            switch (code)
            {
                case Bpf.Load:
                    state.Loaded = k;
                    Reach(states, i + 1, state);
                    lines[i] = $"{i,4}: load {Field(k)}";
                    break;
                case Bpf.And:
                    Reach(states, i + 1, state);
                    lines[i] = $"{i,4}: and  0x{k:x}";
                    break;
                case Bpf.JumpAlways:
                    Reach(states, i + 1 + (int)k, state);
                    lines[i] = $"{i,4}: goto {i + 1 + k}";
                    break;
                case Bpf.Return:
                    lines[i] = $"{i,4}: return {ReturnText.Of(k)}";
                    break;
                case Bpf.JumpEqual or Bpf.JumpGreater or Bpf.JumpGreaterOrEqual:
                    if (state.Loaded == Bpf.ArchitectureOffset && code == Bpf.JumpEqual) taken.Architecture = k;
                    Reach(states, yes, taken);
                    Reach(states, no, state);
                    string op = code == Bpf.JumpEqual ? "==" : code == Bpf.JumpGreater ? ">" : ">=";
                    string line = $"{i,4}: if {op} 0x{k:x} goto {yes} else {no}";
                    string comment = isNumber ? NumberName(state, k) : state.Loaded == Bpf.ArchitectureOffset ? ArchitectureName(k) : "";
                    lines[i] = comment.Length == 0 ? line : $"{line,-42} ; {comment}";
                    break;
                default:
                    lines[i] = $"{i,4}: 0x{code:x4} {whenTrue} {whenFalse} 0x{k:x}";
                    break;
            }
        }
        return lines;
    }

    private static void Reach(State[] states, int target, State state)
    {
        if (target >= states.Length) return;
        if (!states[target].IsReached) states[target] = state;
        else if (states[target].Loaded != state.Loaded) states[target].Loaded = uint.MaxValue;
    }

    private static string Field(uint offset) => offset switch
    {
        Bpf.NumberOffset => "nr",
        Bpf.ArchitectureOffset => "arch",
        < Bpf.ArgumentsOffset => $"[{offset}]",
        _ => $"arg{(offset - Bpf.ArgumentsOffset) / 8}{(offset % 8 == 0 ? "[0..3]" : "[4..7]")}",
    };

    private static string ArchitectureName(uint audit)
    {
        for (SeccompArchitecture architecture = 0; Abi.TryGet(architecture, out Abi abi); architecture++)
        {
            if (abi.AuditArchitecture == audit) return SeccompNames.Name(architecture);
        }
        return "";
    }

    private static string NumberName(State state, uint number)
    {
        for (SeccompArchitecture architecture = 0; Abi.TryGet(architecture, out Abi abi); architecture++)
        {
            if (abi.AuditArchitecture != state.Architecture) continue;
            uint index = number - abi.Base;
            if (index < abi.Numbers.Length && abi.Numbers[(int)index] != 0) return SyscallTable.Name(abi.Numbers[(int)index] - 1);
        }
        return "";
    }
}
