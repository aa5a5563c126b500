using System.Text.Json;

namespace Cofferdam.Spec;

/// <summary>Writes the <c>process</c> section.</summary>
internal static class ProcessWriter
{
    public static void Write(Utf8JsonWriter json, Process process)
    {
        json.WriteStartObject();
        json.Switch("terminal"u8, process.Terminal);
        if (process.ConsoleSize is { } size)
        {
            json.WriteStartObject("consoleSize"u8);
            json.WriteNumber("height"u8, size.Height);
            json.WriteNumber("width"u8, size.Width);
            json.WriteEndObject();
        }
        WriteUser(json, process.User);
        json.List("args"u8, process.Args);
        json.Optional("commandLine"u8, process.CommandLine);
        json.List("env"u8, process.Env);
        json.WriteString("cwd"u8, process.Cwd);
        WriteCapabilities(json, process.Capabilities);
        WriteRlimits(json, process.Rlimits);
        json.Switch("noNewPrivileges"u8, process.NoNewPrivileges);
        json.Optional("apparmorProfile"u8, process.ApparmorProfile);
        json.Optional("oomScoreAdj"u8, process.OomScoreAdj);
        if (process.Scheduler is { } scheduler) WriteScheduler(json, scheduler);
        json.Optional("selinuxLabel"u8, process.SelinuxLabel);
        if (process.IoPriority is { } io)
        {
            json.WriteStartObject("ioPriority"u8);
            json.WriteString("class"u8, ProcessNames.Name(io.Class));
            json.WriteNumber("priority"u8, io.Priority);
            json.WriteEndObject();
        }
        if (process.ExecCpuAffinity is { } affinity)
        {
            json.WriteStartObject("execCPUAffinity"u8);
            json.Optional("initial"u8, affinity.Initial);
            json.Optional("final"u8, affinity.Final);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, User user)
    {
        json.WriteStartObject("user"u8);
        json.WriteNumber("uid"u8, user.Uid);
        json.WriteNumber("gid"u8, user.Gid);
        json.Optional("umask"u8, user.Umask);
        if (user.AdditionalGids.Count != 0)
        {
            json.WriteStartArray("additionalGids"u8);
            foreach (uint gid in user.AdditionalGids) json.WriteNumberValue(gid);
            json.WriteEndArray();
        }
        json.Optional("username"u8, user.Username);
        json.WriteEndObject();
    }

    private static void WriteCapabilities(Utf8JsonWriter json, ProcessCapabilities? capabilities)
    {
        if (capabilities is null) return;
        json.WriteStartObject("capabilities"u8);
        json.OptionalList("bounding"u8, capabilities.Bounding);
        json.OptionalList("effective"u8, capabilities.Effective);
        json.OptionalList("inheritable"u8, capabilities.Inheritable);
        json.OptionalList("permitted"u8, capabilities.Permitted);
        json.OptionalList("ambient"u8, capabilities.Ambient);
        json.WriteEndObject();
    }

    private static void WriteRlimits(Utf8JsonWriter json, IReadOnlyList<PosixRlimit> limits)
    {
        if (limits.Count == 0) return;
        json.WriteStartArray("rlimits"u8);
        foreach (PosixRlimit limit in limits)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, ProcessNames.Name(limit.Type));
            json.WriteNumber("hard"u8, limit.Hard);
            json.WriteNumber("soft"u8, limit.Soft);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteScheduler(Utf8JsonWriter json, Scheduler scheduler)
    {
        json.WriteStartObject("scheduler"u8);
        json.WriteString("policy"u8, ProcessNames.Name(scheduler.Policy));
        if (scheduler.Nice != 0) json.WriteNumber("nice"u8, scheduler.Nice);
        if (scheduler.Priority != 0) json.WriteNumber("priority"u8, scheduler.Priority);
        if (scheduler.Flags != SchedulerFlags.None)
        {
            json.WriteStartArray("flags"u8);
            for (ulong bit = 1; bit <= (ulong)SchedulerFlags.UtilClampMax; bit <<= 1)
            {
                if (((ulong)scheduler.Flags & bit) != 0) json.WriteStringValue(ProcessNames.Name((SchedulerFlags)bit));
            }
            json.WriteEndArray();
        }
        json.NonZero("runtime"u8, scheduler.Runtime);
        json.NonZero("deadline"u8, scheduler.Deadline);
        json.NonZero("period"u8, scheduler.Period);
        json.WriteEndObject();
    }
}
