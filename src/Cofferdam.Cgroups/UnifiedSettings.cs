namespace Cofferdam.Cgroups;

/// <summary>What one cgroup of v2 was set to.</summary>
/// <param name="Path">Below the cgroup at which the reading began, such as "a/b"; empty for that one.</param>
/// <param name="Files">File to its whole text.</param>
public sealed record UnifiedSettings(string Path, IReadOnlyDictionary<string, string> Files);
