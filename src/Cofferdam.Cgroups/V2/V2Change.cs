namespace Cofferdam.Cgroups.V2;

/// <summary>The circumstances of writing resources.</summary>
/// <param name="IsWhole">These are all resources of a new container, not changes to those of a live one.</param>
/// <param name="IsFresh">The directory has just been made: its files hold the kernel's defaults.</param>
/// <param name="Warnings">Receives what is ignored.</param>
internal readonly record struct V2Change(bool IsWhole, bool IsFresh, ICollection<string>? Warnings)
{
    public void Warn(string message) => Warnings?.Add(message);

    /// <summary>A setting that only cgroup v1 has. As in runc it is no reason to refuse a container.</summary>
    public void WarnAbsent(string field) => Warn($"{field}: ignored, because cgroup v2 has no such setting");
}
