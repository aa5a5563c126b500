using System.Globalization;
using System.Text;
using Cofferdam.Spec;

namespace Cofferdam.Runtime.Output;

/// <summary>The text forms of <c>list</c>.</summary>
internal static class ContainerTable
{
    internal static string Ids(IReadOnlyList<ContainerState> states)
    {
        StringBuilder text = new();
        foreach (ContainerState state in states) text.Append(state.Id).Append('\n');
        return text.ToString();
    }

    internal static string Text(IReadOnlyList<ContainerState> states)
    {
        List<string[]> rows = [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]];
        foreach (ContainerState state in states)
        {
            string pid = state.Pid.ToString(CultureInfo.InvariantCulture);
            rows.Add([state.Id, pid, state.Status, state.Bundle, StateJson.Time(state.Created ?? default), state.Owner ?? ""]);
        }
        return TextTable.Format(rows);
    }
}
