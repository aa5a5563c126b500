namespace Cofferdam.Containers.Preflight;

/// <summary>One thing that <see cref="BundleCheck"/> found out.</summary>
/// <param name="Level">What it means for a launch.</param>
/// <param name="Subject">What was looked at: "cgroup", "mounts" …</param>
/// <param name="Field">The JSON path of the field behind it, or "".</param>
/// <param name="Text">What is so.</param>
/// <param name="Advice">What to change, where somebody can.</param>
public sealed record CheckFinding(CheckLevel Level, string Subject, string Field, string Text, string? Advice);
