using System.Text;

namespace Cofferdam.Cgroups.Systemd;

/// <summary>What linux.cgroupsPath says to systemd: <c>slice:prefix:name</c>, as in runc and crun.</summary>
internal sealed record UnitNames
{
    private const string SliceSuffix = ".slice";
    private const string DefaultPrefix = "runc";

    // UNIT_NAME_MAX of systemd less its NUL; also the longest name of a directory.
    private const int LongestName = 255;

    /// <summary>The slice that the unit is in: <c>machine-a.slice</c>.</summary>
    public required string Slice { get; init; }

    /// <summary>The unit: <c>prefix-name.scope</c>; a name that ends in .slice is one.</summary>
    public required string Unit { get; init; }

    /// <summary>Whether the unit is a slice, which systemd makes without a process.</summary>
    public bool IsSlice => Unit.EndsWith(SliceSuffix, StringComparison.Ordinal);

    /// <summary>The cgroup below that of the manager's root: <c>/machine.slice/machine-a.slice/runc-c1.scope</c>.</summary>
    public string RelativePath => IsSlice ? ExpandSlice(Unit) : CgroupPath.Join(ExpandSlice(Slice), Unit);

    /// <summary>Whether a path can only be meant for systemd.</summary>
    public static bool AreIn(string? cgroupsPath) => cgroupsPath?.Split(':') is [var slice, _, _] && slice.EndsWith(SliceSuffix, StringComparison.Ordinal) && !slice.Contains('/');

    /// <param name="cgroupsPath">linux.cgroupsPath; an empty slice is the default one.</param>
    /// <param name="containerId">Names the unit when there is no path.</param>
    /// <param name="isUser">Whether the user's manager makes the unit.</param>
    /// <exception cref="CofferdamException">It does not have three parts, or one of them cannot be in the name of a unit.</exception>
    public static UnitNames Parse(string? cgroupsPath, string containerId, bool isUser)
    {
        string slice = "";
        string prefix = DefaultPrefix;
        string name = Escape(containerId);
        if (!string.IsNullOrEmpty(cgroupsPath))
        {
            if (cgroupsPath.Split(':') is not [var first, var second, var third])
            {
                throw Invalid(
                    $"'{cgroupsPath}' is not of the form 'slice:prefix:name', which cgroup manager 'systemd' needs (hint: leave it out, or use cgroup manager 'cgroupfs')");
            }

            (slice, prefix, name) = (first, second, third);
        }

        if (name.Length == 0) throw Invalid($"'{cgroupsPath}' has an empty name");
        if (slice.Length == 0) slice = isUser ? "user.slice" : "system.slice";
        UnitNames names = new()
        {
            Slice = slice,
            Unit = name.EndsWith(SliceSuffix, StringComparison.Ordinal) ? name : $"{prefix}-{name}.scope",
        };
        Check(names.Unit);
        _ = ExpandSlice(slice);
        if (names.IsSlice) _ = ExpandSlice(names.Unit);
        return names;
    }

    /// <summary>
    /// The path of a slice: <c>a-b.slice</c> lies in <c>a.slice</c> (systemd.slice(5)); <c>-.slice</c> is the root.
    /// </summary>
    public static string ExpandSlice(string slice)
    {
        Check(slice);
        if (slice == "-.slice") return "/";
        string stem = slice.EndsWith(SliceSuffix, StringComparison.Ordinal) ? slice[..^SliceSuffix.Length] : "";
        if (stem.Length == 0) throw Invalid($"'{slice}' is not the name of a slice");
        StringBuilder path = new();
        for (int end = 0; end < stem.Length; end++)
        {
            int next = stem.IndexOf('-', end);
            if (next == end || next == stem.Length - 1) throw Invalid($"'{slice}' is not the name of a slice: a part between dashes is empty");
            end = next < 0 ? stem.Length : next;
            path.Append('/').Append(stem, 0, end).Append(SliceSuffix);
        }

        return path.ToString();
    }

    /// <summary>A container's id, of which '+' cannot be in the name of a unit, as systemd-escape(1) would have it.</summary>
    public static string Escape(string text) => text.Replace("+", "\\x2b", StringComparison.Ordinal);

    private static void Check(string unit)
    {
        if (unit.Length > LongestName) throw Invalid($"unit '{unit}' has more than {LongestName} characters");
        foreach (char c in unit)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not (':' or '-' or '_' or '.' or '\\' or '@'))
                throw Invalid($"'{unit}' is not the name of a unit: '{c}' cannot be in it (hint: systemd-escape writes other characters as \\x2b)");
        }
    }

    private static CofferdamException Invalid(string message) => new(ErrorKind.InvalidArgument, $"linux.cgroupsPath: {message}");
}
