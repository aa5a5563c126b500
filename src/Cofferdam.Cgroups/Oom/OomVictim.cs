namespace Cofferdam.Cgroups;

/// <summary>A process that the kernel killed for want of memory.</summary>
/// <param name="Pid">Its pid in the initial pid namespace, as the kernel's log names it.</param>
/// <param name="Name">The name of its program (proc(5), comm); empty if not known.</param>
public readonly record struct OomVictim(int Pid, string Name);
