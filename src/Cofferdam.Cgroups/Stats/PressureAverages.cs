namespace Cofferdam.Cgroups;

/// <summary>One line of a pressure file: shares of the last 10, 60 and 300 seconds in per cent, and all time so far in microseconds.</summary>
public readonly record struct PressureAverages(double Avg10, double Avg60, double Avg300, ulong Total);
