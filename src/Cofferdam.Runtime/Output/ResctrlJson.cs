using System.Text.Json;
using Cofferdam.Containers.ResourceControl;

namespace Cofferdam.Runtime.Output;

/// <summary>The <c>intel_rdt</c> part of <c>events</c>, with runc's names.</summary>
internal static class ResctrlJson
{
    internal static void Write(Utf8JsonWriter json, ResctrlStats? stats)
    {
        json.WriteStartObject("intel_rdt"u8);
        if (stats is not null)
        {
            if (stats.L3Cache is { } cache) WriteCache(json, cache);
            WriteSchema(json, "l3_cache_schema_root"u8, stats.RootSchemata, "L3");
            WriteSchema(json, "l3_cache_schema"u8, stats.Schemata, "L3");
            if (stats.MemoryBandwidth is { } bandwidth) WriteBandwidth(json, bandwidth);
            WriteSchema(json, "mem_bw_schema_root"u8, stats.RootSchemata, "MB:");
            WriteSchema(json, "mem_bw_schema"u8, stats.Schemata, "MB:");
            WriteMonitoring(json, stats.Monitoring);
        }

        json.WriteEndObject();
    }

    private static void WriteCache(Utf8JsonWriter json, CacheAllocationInfo cache)
    {
        json.WriteStartObject("l3_cache_info"u8);
        json.WriteString("cbm_mask"u8, cache.CbmMask);
        NonZero(json, "min_cbm_bits"u8, cache.MinCbmBits);
        NonZero(json, "num_closids"u8, cache.NumClosids);
        json.WriteEndObject();
    }

    private static void WriteBandwidth(Utf8JsonWriter json, MemoryBandwidthInfo bandwidth)
    {
        json.WriteStartObject("mem_bw_info"u8);
        NonZero(json, "bandwidth_gran"u8, bandwidth.Granularity);
        NonZero(json, "delay_linear"u8, bandwidth.DelayLinear);
        NonZero(json, "min_bandwidth"u8, bandwidth.Minimum);
        NonZero(json, "num_closids"u8, bandwidth.NumClosids);
        json.WriteEndObject();
    }

    // With code and data prioritization there are two lines, L3CODE and L3DATA.
    private static void WriteSchema(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> schemata, string start)
    {
        List<string> lines = [];
        foreach (string line in schemata)
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) lines.Add(line);
        }

        if (lines.Count > 0) json.WriteString(name, string.Join('\n', lines));
    }

    private static void WriteMonitoring(Utf8JsonWriter json, IReadOnlyList<CacheMonitorStats> domains)
    {
        List<CacheMonitorStats> bandwidth = [], occupancy = [];
        foreach (CacheMonitorStats domain in domains)
        {
            if (domain.TotalBytes is not null || domain.LocalBytes is not null) bandwidth.Add(domain);
            if (domain.CacheOccupancy is not null) occupancy.Add(domain);
        }

        if (bandwidth.Count > 0)
        {
            json.WriteStartArray("mbm_stats"u8);
            foreach (CacheMonitorStats domain in bandwidth)
            {
                json.WriteStartObject();
                NonZero(json, "mbm_total_bytes"u8, domain.TotalBytes ?? 0);
                NonZero(json, "mbm_local_bytes"u8, domain.LocalBytes ?? 0);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (occupancy.Count == 0) return;
        json.WriteStartArray("cmt_stats"u8);
        foreach (CacheMonitorStats domain in occupancy)
        {
            json.WriteStartObject();
            NonZero(json, "llc_occupancy"u8, domain.CacheOccupancy ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void NonZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }
}
