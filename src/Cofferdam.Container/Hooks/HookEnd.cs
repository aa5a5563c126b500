namespace Cofferdam.Containers.Hooks;

/// <summary>Why the wait for a hook was over.</summary>
internal enum HookEnd
{
    Exited,
    TimedOut,
    ContainerDied,
}
