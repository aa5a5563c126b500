namespace Cofferdam.Cgroups;

/// <summary>The devices a rule is about.</summary>
/// <param name="Kind">'c' or 'b'.</param>
/// <param name="Major">The major number, or <see cref="Any"/>.</param>
/// <param name="Minor">The minor number, or <see cref="Any"/>.</param>
public readonly record struct DeviceMatch(char Kind, long Major, long Minor) : IComparable<DeviceMatch>
{
    /// <summary>The kernel's "*".</summary>
    public const long Any = -1;

    /// <summary>The order in which rules are written: by number, then kind.</summary>
    public int CompareTo(DeviceMatch other)
    {
        int order = Major.CompareTo(other.Major);
        if (order == 0) order = Minor.CompareTo(other.Minor);
        return order != 0 ? order : Kind.CompareTo(other.Kind);
    }

    /// <summary>As in devices.list: <c>c 136:*</c>.</summary>
    public override string ToString() => $"{Kind} {Number(Major)}:{Number(Minor)}";

    private static string Number(long number) => number == Any ? "*" : number.ToString();
}
