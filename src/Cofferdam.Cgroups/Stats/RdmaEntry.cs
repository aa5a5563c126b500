namespace Cofferdam.Cgroups;

/// <summary>One device's handles and objects; <see cref="uint.MaxValue"/> means "max".</summary>
public readonly record struct RdmaEntry(string Device, uint HcaHandles, uint HcaObjects);
