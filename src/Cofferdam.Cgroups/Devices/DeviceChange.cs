namespace Cofferdam.Cgroups;

/// <summary>One write to devices.allow or devices.deny.</summary>
/// <param name="Allow">Which of the two files.</param>
/// <param name="Rule">The line, for example <c>c 1:3 rwm</c>, or <c>a</c> for all.</param>
public readonly record struct DeviceChange(bool Allow, string Rule);
