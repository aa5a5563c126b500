using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cofferdam.Containers.Preflight;

namespace Cofferdam.Runtime.Output;

/// <summary>The two forms of <c>check</c>.</summary>
internal static class CheckReport
{
    internal static string Text(IReadOnlyList<CheckFinding> findings, bool passes)
    {
        StringBuilder text = new();
        string subject = "";
        foreach (CheckFinding found in findings)
        {
            if (found.Subject != subject) text.Append(subject = found.Subject).Append('\n');
            string field = found.Field.Length == 0 ? "" : found.Field + ": ";
            text.Append(CultureInfo.InvariantCulture, $"  {Word(found.Level),-4}  {field}{Printable(found.Text)}\n");
            if (found.Advice is { } advice) text.Append("        change: ").Append(Printable(advice)).Append('\n');
        }
        int failures = findings.Count(static found => found.Level == CheckLevel.Failure);
        int warnings = findings.Count(static found => found.Level == CheckLevel.Warning);
        string verdict = passes ? "this bundle would run here" : $"this bundle would not run here: {Count(failures, "problem")}";
        return text.Append(verdict).Append(warnings == 0 ? "" : ", " + Count(warnings, "warning")).Append('\n').ToString();
    }

    internal static string Json(IReadOnlyList<CheckFinding> findings, bool passes)
    {
        ArrayBufferWriter<byte> buffer = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(buffer, options))
        {
            json.WriteStartObject();
            json.WriteBoolean("passes"u8, passes);
            json.WriteStartArray("findings"u8);
            foreach (CheckFinding found in findings)
            {
                json.WriteStartObject();
                json.WriteString("level"u8, Word(found.Level));
                json.WriteString("subject"u8, found.Subject);
                if (found.Field.Length > 0) json.WriteString("field"u8, found.Field);
                json.WriteString("text"u8, found.Text);
                if (found.Advice is { } advice) json.WriteString("change"u8, advice);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static string Word(CheckLevel level) => level switch
    {
        CheckLevel.Ok => "ok",
        CheckLevel.Warning => "warn",
        _ => "fail",
    };

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Names come from the image and must not write to a terminal.</summary>
    private static string Printable(string text)
    {
        foreach (char c in text)
            if (char.IsControl(c)) return string.Concat(text.Select(static each => char.IsControl(each) ? '?' : each));
        return text;
    }
}
