using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes fields that are left out when they have no value.</summary>
internal static class JsonFields
{
    public static void Optional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void Optional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is not null) json.WriteBoolean(name, value.Value);
    }

    public static void Optional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is not null) json.WriteNumber(name, value.Value);
    }

    public static void Optional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is not null) json.WriteNumber(name, value.Value);
    }

    /// <summary>A switch is written only when it is on.</summary>
    public static void Switch(this Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) json.WriteBoolean(name, true);
    }

    /// <summary>A number whose zero means that it is absent.</summary>
    public static void NonZero(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }

    /// <summary>A list that is written even if it is empty, unless it is null.</summary>
    public static void OptionalList(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        for (int i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }

    /// <summary>A list that is left out when it is empty.</summary>
    public static void List(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count != 0) json.OptionalList(name, values);
    }

    /// <summary>A map that is left out when it is empty.</summary>
    public static void Map(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in map) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
