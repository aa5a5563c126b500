namespace Cofferdam.LaunchLoad;

/// <param name="Count">How many launches are counted.</param>
/// <param name="Runtime">The path of coffer-oci.</param>
/// <param name="Bundle">The bundle whose container is launched; its program ends at once, for execs it stays.</param>
/// <param name="Root">The state root.</param>
/// <param name="Name">What ids begin with.</param>
internal sealed record Settings(int Count, string Runtime, string Bundle, string Root, string Name);
