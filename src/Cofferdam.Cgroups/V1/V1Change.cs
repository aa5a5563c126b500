namespace Cofferdam.Cgroups.V1;

/// <summary>The circumstances of writing resources.</summary>
/// <param name="IsNew">The cgroup has just been made: its files hold the kernel's defaults.</param>
/// <param name="IsPrepared">The same resources were given to <see cref="V1Controller.Prepare"/>.</param>
/// <param name="IsRootless">See <see cref="CgroupOptions.Rootless"/>.</param>
/// <param name="Warnings">Receives what is ignored.</param>
internal readonly record struct V1Change(bool IsNew, bool IsPrepared, bool IsRootless, ICollection<string>? Warnings)
{
    public void Warn(string message) => Warnings?.Add(message);
}
