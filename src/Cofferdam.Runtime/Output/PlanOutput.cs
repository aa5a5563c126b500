using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Containers.Launch.Plan;
using Cofferdam.Linux;

namespace Cofferdam.Runtime.Output;

/// <summary>The two forms of <c>plan</c>.</summary>
internal static class PlanOutput
{
    internal static string Text(LaunchPlan plan)
    {
        int width = "FIELD".Length;
        foreach (LaunchStep step in plan.Steps) width = Math.Max(width, step.Field.Length);

        StringBuilder text = new();
        text.Append("clone with new namespaces: ").AppendJoin(", ", Namespaces(plan.CloneFlags)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",4}{"FIELD".PadRight(width)}   STEP\n");
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            LaunchStep step = plan.Steps[i];
            text.Append(CultureInfo.InvariantCulture, $"{i + 1,3} {step.Field.PadRight(width)}   {step.Title}\n");
        }
        return text.ToString();
    }

    internal static string Json(LaunchPlan plan)
    {
        ArrayBufferWriter<byte> buffer = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(buffer, options))
        {
            json.WriteStartObject();
            WriteTexts(json, "newNamespaces", Namespaces(plan.CloneFlags));
            json.WriteStartArray("steps"u8);
            foreach (LaunchStep step in plan.Steps) WriteStep(json, step);
            json.WriteEndArray();
            WriteTexts(json, "args", plan.Arguments);
            WriteTexts(json, "env", plan.Environment);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteStep(Utf8JsonWriter json, LaunchStep step)
    {
        json.WriteStartObject();
        json.WriteString("op"u8, step.Op.ToString());
        if (step.Field.Length > 0) json.WriteString("field"u8, step.Field);
        json.WriteString("title"u8, step.Title);
        json.WriteStartObject("operands"u8);
        foreach (Operand operand in step.Operands) json.WriteString(operand.Name, operand.Display);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static List<string> Namespaces(long cloneFlags)
    {
        NamespaceFlags flags = (NamespaceFlags)cloneFlags;
        List<string> names = [];
        foreach ((NamespaceFlags flag, string name) in Names())
        {
            if (flags.HasFlag(flag)) names.Add(name);
        }
        return names;
    }

    private static (NamespaceFlags Flag, string Name)[] Names() =>
    [
        (NamespaceFlags.User, "user"), (NamespaceFlags.Mount, "mount"), (NamespaceFlags.Pid, "pid"), (NamespaceFlags.Network, "network"),
        (NamespaceFlags.Ipc, "ipc"), (NamespaceFlags.Uts, "uts"), (NamespaceFlags.Cgroup, "cgroup"), (NamespaceFlags.Time, "time"),
    ];
}
