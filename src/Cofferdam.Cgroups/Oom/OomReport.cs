using System.Globalization;
using System.Text;

namespace Cofferdam.Cgroups;

/// <summary>How a container ran out of memory: which limit it met, how far it had come, and what was killed.</summary>
public sealed record OomReport
{
    /// <summary>Whose limit it was.</summary>
    public OomScope Scope { get; init; }

    /// <summary>The directory of the cgroup with that limit, or its path in the kernel's log if it is not to be seen here; empty if not known.</summary>
    public string Cgroup { get; init; } = "";

    /// <summary>That cgroup's limit in bytes; null if not known.</summary>
    public ulong? Limit { get; init; }

    /// <summary>The most memory that cgroup (the container's own if it is not known) ever used, in bytes; null if not known (cgroup v2 before 5.19).</summary>
    public ulong? Peak { get; init; }

    /// <summary>How many processes of the container the kernel has killed so far.</summary>
    public ulong Kills { get; init; }

    /// <summary>The last process killed; null if it is not known, as without the right to read the kernel's log.</summary>
    public OomVictim? Victim { get; init; }

    /// <summary>The report as part of a sentence, without a full stop.</summary>
    public string Describe()
    {
        StringBuilder text = new("out of memory: ");
        text.Append(Scope switch
        {
            OomScope.Container => $"the container's cgroup '{Cgroup}' met its limit",
            OomScope.Nested => $"cgroup '{Cgroup}' inside of the container met its limit",
            OomScope.Ancestor => $"cgroup '{Cgroup}' above the container's met its limit",
            OomScope.Host => "the host has no memory left",
            _ => "the limit that was met is not known",
        });
        if (Limit is { } limit) text.Append(CultureInfo.InvariantCulture, $" of {limit} bytes");
        if (Peak is { } peak) text.Append(CultureInfo.InvariantCulture, $" (peak {peak})");
        if (Victim is { } victim) text.Append(CultureInfo.InvariantCulture, $", killed process {victim.Pid}").Append(victim.Name.Length > 0 ? $" ('{victim.Name}')" : "");
        if (Kills != (Victim is null ? 0ul : 1ul)) text.Append(CultureInfo.InvariantCulture, $", {Kills} killed in all");
        return text.ToString();
    }
}
