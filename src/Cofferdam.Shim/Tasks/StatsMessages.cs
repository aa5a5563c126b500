using Cofferdam.Api;
using Cofferdam.Cgroups;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Tasks;

/// <summary>Counters of a cgroup as the message of its version.</summary>
internal static class StatsMessages
{
    public static Any From(CgroupStats stats, bool isUnified) => isUnified
        ? AnyMessages.Pack(UnifiedStatsMessage.From(stats), TypeUrls.CgroupV2Metrics)
        : AnyMessages.Pack(LegacyStatsMessage.From(stats), TypeUrls.CgroupV1Metrics);
}
