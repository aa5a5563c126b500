namespace Cofferdam.Cgroups.V1;

/// <summary>The circumstances of writing resources.</summary>
/// <param name="IsWhole">These are all resources of a new container, not changes to those of a live one.</param>
/// <param name="IsFresh">The directories have just been made: their files hold the kernel's defaults.</param>
/// <param name="IsPrepared">The same resources were given to <see cref="V1Controller.Prepare"/>.</param>
/// <param name="IsRootless">See <see cref="CgroupOptions.Rootless"/>.</param>
/// <param name="Warnings">Receives what is ignored.</param>
internal readonly record struct V1Change(bool IsWhole, bool IsFresh, bool IsPrepared, bool IsRootless, ICollection<string>? Warnings)
{
    public void Warn(string message) => Warnings?.Add(message);
}
