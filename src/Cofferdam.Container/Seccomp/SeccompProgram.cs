using Cofferdam.Spec;
using Profile = Cofferdam.Spec.Seccomp;

namespace Cofferdam.Containers.Seccomp;

/// <summary>A compiled filter, ready for <c>seccomp(SECCOMP_SET_MODE_FILTER)</c>.</summary>
/// <remarks>seccomp(2), Linux 3.17.</remarks>
public sealed class SeccompProgram
{
    private readonly Profile _profile;
    private readonly SeccompArchitecture _native;

    internal SeccompProgram(ulong[] instructions, uint filterFlags, bool notifies, Profile profile, SeccompArchitecture native)
    {
        Instructions = instructions;
        FilterFlags = filterFlags;
        Notifies = notifies;
        _profile = profile;
        _native = native;
    }

    /// <summary>The program: each element is one struct sock_filter in the machine's byte order.</summary>
    public ReadOnlyMemory<ulong> Instructions { get; }

    /// <summary>SECCOMP_FILTER_FLAG_… bits for seccomp(2).</summary>
    public uint FilterFlags { get; }

    /// <summary>True if seccomp(2) will return a listener (SCMP_ACT_NOTIFY, Linux 5.0), which goes to <c>listenerPath</c>.</summary>
    public bool Notifies { get; }

    /// <summary>The program as text, one line for each instruction, with the system calls that the numbers mean.</summary>
    public IReadOnlyList<string> Disassemble() => Disassembler.Print(Instructions.Span);

    /// <summary>What happens to a system call of the native architecture, and which field of the profile decides it.</summary>
    public string Explain(string syscall) => Explanation.Of(_profile, _native, syscall);
}
