using System.Text.Json;

namespace Cofferdam.Shim.Tests;

/// <summary>One event of a task: <c>exit</c> with its message as ctr prints it.</summary>
internal sealed record TaskEvent(string Namespace, string Topic, JsonElement Message)
{
    public string ContainerId => Text("container_id");

    public string ExecId => Topic == "exit" ? Text("id") : Text("exec_id");

    public int ExitStatus => Message.TryGetProperty("exit_status", out JsonElement status) ? status.GetInt32() : 0;

    public int Pid => Message.TryGetProperty("pid", out JsonElement pid) ? pid.GetInt32() : 0;

    public override string ToString() => $"{Topic} {Message}";

    private string Text(string name) => Message.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
