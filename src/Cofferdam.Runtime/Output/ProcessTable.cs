using System.Globalization;
using System.Text;

namespace Cofferdam.Runtime.Output;

/// <summary>Keeps the rows of ps(1) whose PID column names one of the given processes.</summary>
internal static class ProcessTable
{
    internal static string Filter(string output, IReadOnlyCollection<int> pids)
    {
        HashSet<int> wanted = [.. pids];
        StringBuilder text = new();
        int column = -1;
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (column < 0)
            {
                column = Array.IndexOf(fields, "PID");
                if (column < 0) throw new CofferdamException(ErrorKind.InvalidArgument, "ps output has no column 'PID'");
                text.Append(line).Append('\n');
            }
            else if (column < fields.Length && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && wanted.Contains(pid))
            {
                text.Append(line).Append('\n');
            }
        }
        return text.ToString();
    }
}
