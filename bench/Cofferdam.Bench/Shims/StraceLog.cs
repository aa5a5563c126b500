using System.Globalization;

namespace Cofferdam.Bench.Shims;

/// <summary>Reads what <c>strace -f -ttt</c> wrote and counts it between moments. The container's own program is not counted.</summary>
internal sealed class StraceLog
{
    private const string ContainerProgram = "(container)";
    private readonly Dictionary<int, TracedTask> _tasks = [];
    private readonly Dictionary<int, int> _parents = [];
    private readonly string _shim;
    private readonly List<(double From, CallCount Count)> _operations;

    private StraceLog(string shim, IReadOnlyList<(string Name, double From)> marks)
    {
        _shim = shim;
        _operations = [.. marks.Select(m => (m.From, new CallCount()))];
    }

    /// <summary>One count for each mark: from its moment (seconds since 1970) to the next one's.</summary>
    public static IReadOnlyList<(string Name, CallCount Count)> Read(string file, string shim, IReadOnlyList<(string Name, double From)> marks)
    {
        var log = new StraceLog(shim, marks);
        string[] lines = File.ReadAllLines(file);
        // A child's first line may come before the one that tells whose child it is.
        foreach (string line in lines)
        {
            log.NoteParent(line);
        }

        foreach (string line in lines)
        {
            log.Count(line);
        }

        return [.. marks.Select((m, i) => (m.Name, log._operations[i].Count))];
    }

    private static bool Split(string line, out int task, out double time, out string call)
    {
        // 1234 1700000000.123456 openat(...) = 3; short ids are padded
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        (task, time, call) = words.Length == 3 ? (int.Parse(words[0]), double.Parse(words[1], CultureInfo.InvariantCulture), words[2].TrimStart()) : (0, 0, "");
        return words.Length == 3;
    }

    private static bool IsClone(string call) =>
        ((string[])["clone(", "clone3(", "vfork(", "fork(", "<... clone", "<... vfork", "<... fork"]).Any(s => call.StartsWith(s, StringComparison.Ordinal));

    private static int? Result(string call) =>
        call.LastIndexOf(" = ", StringComparison.Ordinal) is int at and >= 0 && int.TryParse(call[(at + 3)..].Split(' ')[0], out int value) ? value : null;

    private void NoteParent(string line)
    {
        if (Split(line, out int task, out _, out string call) && IsClone(call) && Result(call) is { } child and > 0)
        {
            _parents[child] = task;
        }
    }

    private void Count(string line)
    {
        if (!Split(line, out int id, out double time, out string call) || call.StartsWith("+++", StringComparison.Ordinal) || call.StartsWith("---", StringComparison.Ordinal))
        {
            return;
        }

        TracedTask task = Find(id);
        if (task.Program == ContainerProgram)
        {
            return;
        }

        CallCount? count = _operations.LastOrDefault(o => o.From <= time).Count;
        NoteClone(task, call, count);
        NoteExec(task, call, count);
        if (count != null && !call.StartsWith("<...", StringComparison.Ordinal))
        {
            _ = task.Program == _shim ? count.ShimCalls++ : count.OtherCalls++;
        }
    }

    private static void NoteClone(TracedTask task, string call, CallCount? count)
    {
        if (!IsClone(call))
        {
            return;
        }

        // The flags are on the line that begins the call, which may be another one than that of its result.
        if (!call.StartsWith("<...", StringComparison.Ordinal))
        {
            task.ClonesThread = call.Contains("CLONE_THREAD", StringComparison.Ordinal);
        }

        if (count != null && Result(call) is > 0)
        {
            _ = task.ClonesThread ? count.Threads++ : count.Processes++;
        }
    }

    private static void NoteExec(TracedTask task, string call, CallCount? count)
    {
        bool begins = call.StartsWith("execve", StringComparison.Ordinal);
        if (begins)
        {
            task.Executing = ProgramOf(call);
        }

        if ((begins || call.StartsWith("<... execve", StringComparison.Ordinal)) && Result(call) == 0 && task.Executing is { } program)
        {
            task.Program = program;
            if (count != null && program != ContainerProgram)
            {
                count.Programs[program] = count.Programs.GetValueOrDefault(program) + 1;
            }
        }
    }

    private TracedTask Find(int id)
    {
        if (!_tasks.TryGetValue(id, out TracedTask? task))
        {
            _tasks[id] = task = new TracedTask(_parents.TryGetValue(id, out int parent) ? Find(parent).Program : _shim);
        }

        return task;
    }

    // execve("/usr/sbin/runc", ["runc", "--root", ...], ...) or execveat(5, "", ["init"], ...): a program that runs itself again is known by its arguments.
    private static string ProgramOf(string call)
    {
        string[] texts = [.. call.Split('"').Where((_, i) => i % 2 == 1)];
        string path = texts.Length > 0 ? texts[0] : "";
        if (path is "/bin/true" or "/bin/sleep")
        {
            return ContainerProgram;
        }

        string[] arguments = [.. texts.Skip(1).Where(t => t.Length > 0)];
        return path.Length > 0 && !path.StartsWith("/proc/", StringComparison.Ordinal) || arguments.Length == 0
            ? Path.GetFileName(path)
            : Path.GetFileName(arguments[0]) + (arguments.Length > 1 && !arguments[1].StartsWith('-') ? " " + arguments[1] : "");
    }
}
