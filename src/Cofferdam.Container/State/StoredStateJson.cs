using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Cofferdam.Containers.State;

/// <summary>The text form of <see cref="StoredState"/>.</summary>
internal static class StoredStateJson
{
    /// <summary>Writes the record as one JSON object.</summary>
    public static byte[] Write(StoredState state)
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, state.Version);
            json.WriteString("id"u8, state.Id);
            json.WriteString("ociVersion"u8, state.OciVersion);
            json.WriteString("bundle"u8, state.Bundle);
            json.WriteString("rootfs"u8, state.Rootfs);
            json.WriteString("created"u8, FormatTime(state.Created));
            json.WriteBoolean("complete"u8, state.Complete);
            json.WriteNumber("creatorPid"u8, state.CreatorPid);
            json.WriteNumber("creatorStartTime"u8, state.CreatorStartTime);
            json.WriteNumber("pid"u8, state.Pid);
            json.WriteNumber("startTime"u8, state.StartTime);
            WriteMap(json, "annotations"u8, state.Annotations);
            WriteMap(json, "cgroupPaths"u8, state.CgroupPaths);
            WriteMap(json, "namespaces"u8, state.Namespaces);
            json.WriteBoolean("ownPidNamespace"u8, state.OwnPidNamespace);
            json.WriteBoolean("rootless"u8, state.Rootless);
            json.WriteBoolean("noNewKeyring"u8, state.NoNewKeyring);
            json.WriteBoolean("systemdCgroup"u8, state.SystemdCgroup);
            json.WriteString("systemdUnit"u8, state.SystemdUnit);
            json.WriteBoolean("systemdUser"u8, state.SystemdUser);
            WriteList(json, "standardStreams"u8, state.StandardStreams);
            json.WriteBoolean("hasPoststart"u8, state.HasPoststart);
            json.WriteBoolean("hasPoststop"u8, state.HasPoststop);
            if (state.ResctrlPath.Length > 0) WriteResctrl(json, state);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record. Fields of later formats are skipped, but a later version is refused.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: not a record of a known version.</exception>
    public static StoredState Read(ReadOnlySpan<byte> text)
    {
        try
        {
            Utf8JsonReader json = new(text);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException("not an object");
            StoredState state = new() { Id = "", Version = 0 };
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName) state = ReadField(ref json, state);
            if (state.Version is < 1 or > StoredState.CurrentVersion)
                throw new CofferdamException(ErrorKind.DataLoss, $"state record version {state.Version} is not known to this program");
            return state;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CofferdamException(ErrorKind.DataLoss, $"state record is damaged: {FirstLine(e.Message)}", e);
        }
    }

    /// <summary>RFC 3339 in UTC with the precision of the clock, as runc writes it.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    private static StoredState ReadField(ref Utf8JsonReader json, StoredState state)
    {
        string name = json.GetString()!;
        json.Read();
        switch (name)
        {
            case "version": return state with { Version = json.GetInt32() };
            case "id": return state with { Id = json.GetString()! };
            case "ociVersion": return state with { OciVersion = json.GetString()! };
            case "bundle": return state with { Bundle = json.GetString()! };
            case "rootfs": return state with { Rootfs = json.GetString()! };
            case "created": return state with { Created = json.GetDateTimeOffset() };
            case "complete": return state with { Complete = json.GetBoolean() };
            case "creatorPid": return state with { CreatorPid = json.GetInt32() };
            case "creatorStartTime": return state with { CreatorStartTime = json.GetUInt64() };
            case "pid": return state with { Pid = json.GetInt32() };
            case "startTime": return state with { StartTime = json.GetUInt64() };
            case "annotations": return state with { Annotations = ReadMap(ref json) };
            case "cgroupPaths": return state with { CgroupPaths = ReadMap(ref json) };
            case "namespaces": return state with { Namespaces = ReadMap(ref json) };
            case "ownPidNamespace": return state with { OwnPidNamespace = json.GetBoolean() };
            case "rootless": return state with { Rootless = json.GetBoolean() };
            case "noNewKeyring": return state with { NoNewKeyring = json.GetBoolean() };
            case "systemdCgroup": return state with { SystemdCgroup = json.GetBoolean() };
            case "systemdUnit": return state with { SystemdUnit = json.GetString()! };
            case "systemdUser": return state with { SystemdUser = json.GetBoolean() };
            case "standardStreams": return state with { StandardStreams = ReadList(ref json) };
            case "hasPoststart": return state with { HasPoststart = json.GetBoolean() };
            case "hasPoststop": return state with { HasPoststop = json.GetBoolean() };
            case "resctrlPath": return state with { ResctrlPath = json.GetString()! };
            case "resctrlMonitorPath": return state with { ResctrlMonitorPath = json.GetString()! };
            case "resctrlOwned": return state with { ResctrlOwned = json.GetBoolean() };
            default:
                json.Skip();
                return state;
        }
    }

    private static void WriteResctrl(Utf8JsonWriter json, StoredState state)
    {
        json.WriteString("resctrlPath"u8, state.ResctrlPath);
        json.WriteString("resctrlMonitorPath"u8, state.ResctrlMonitorPath);
        json.WriteBoolean("resctrlOwned"u8, state.ResctrlOwned);
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in map) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> list)
    {
        json.WriteStartArray(name);
        foreach (string value in list) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static List<string> ReadList(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("list is not an array");
        List<string> list = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) list.Add(json.GetString() ?? "");
        return list;
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("map is not an object");
        Dictionary<string, string> map = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            map[key] = json.GetString()!;
        }

        return map;
    }

    private static string FirstLine(string text)
    {
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
