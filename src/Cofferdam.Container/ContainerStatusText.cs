namespace Cofferdam.Containers;

/// <summary>The words for a status in state JSON and in messages.</summary>
public static class ContainerStatusText
{
    /// <summary>The lower-case word that runtime-spec and runc's <c>state</c> use.</summary>
    public static string ToText(this ContainerStatus status) => status switch
    {
        ContainerStatus.Creating => "creating",
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        _ => "stopped",
    };
}
