namespace Cofferdam.Containers.Checkpoint;

/// <summary>A mount that CRIU does not save, because it shows what belongs to the host.</summary>
/// <param name="Key">On a dump the mount point in the container, on a restore the name that the images have for it.</param>
/// <param name="Value">On a dump that name, on a restore the source on this host.</param>
internal readonly record struct ExternalMount(string Key, string Value);
