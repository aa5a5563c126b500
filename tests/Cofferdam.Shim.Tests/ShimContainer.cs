using System.Globalization;
using Cofferdam.Shim.Tests.Wire;
using Cofferdam.Testing;

namespace Cofferdam.Shim.Tests;

/// <summary>A container that ctr makes with the shim under test.</summary>
/// <param name="options">Options of <c>ctr run</c>.</param>
internal sealed class ShimContainer(ShimTest test, string id, string[] options)
{
    private bool _made;
    private int _execs;

    public string Id => id;

    /// <summary>What ctr gets as <c>--runtime</c>.</summary>
    public string Runtime { get; set; } = Surroundings.IsSystemd ? ShimUnderTest.RuncName : ShimUnderTest.Runtime;

    /// <summary>The name of an image in place of the test's root filesystem.</summary>
    public string? Image { get; set; }

    public string Bundle => Path.Combine(test.Daemon.Bundles, test.Tag, id);

    /// <summary>The socket of its shim: containerd 2 keeps it in bootstrap.json, which the shim's own file precedes.</summary>
    public string ShimSocket => ShimAddress.Of(Bundle) ?? throw new FileNotFoundException($"no address of a shim in '{Bundle}'");

    public TaskConnection Connect() => new(ShimSocket);

    public int ShimPid
    {
        get
        {
            using TaskConnection shim = Connect();
            return (int)shim.Call("Connect", id).Ok().Number(1);
        }
    }

    /// <summary>Below each controller.</summary>
    public string Cgroup => Surroundings.IsSystemd ? $"system.slice/{Surroundings.CgroupName(id)}" : $"{test.Tag}/{id}";

    /// <summary>Pid of its first process.</summary>
    public int Pid => int.Parse(Row()[1], CultureInfo.InvariantCulture);

    /// <summary>RUNNING, PAUSED, STOPPED; empty when there is no task.</summary>
    public string Status => Row() is [_, _, var status, ..] ? status : "";

    /// <summary>Runs it to its end, and away with it.</summary>
    public CommandResult Run(params string[] args) => Run(test.Options(), args);

    public CommandResult Run(CommandOptions command, params string[] args) => test.Ctr(command, RunArguments(["--rm"], args));

    public Command StartRun(CommandOptions command, params string[] args) => test.StartCtr(command, RunArguments(["--rm"], args));

    /// <summary>The words of such a run, for those who start it themselves.</summary>
    public string[] RunCommand(params string[] args) => RunArguments(["--rm"], args);

    public CommandResult Detached(params string[] args) => Detached(test.Options(), args);

    public CommandResult Detached(CommandOptions command, params string[] args) => test.Ctr(command, RunArguments(["--detach"], args));

    /// <summary>Made from a checkpoint that is an image, and running.</summary>
    public CommandResult Restored(string checkpoint)
    {
        _made = true;
        return test.Ctr("containers", "restore", "--live", "--rw", id, checkpoint);
    }

    public CommandResult Exec(params string[] args) => Exec(test.Options(), [], args);

    public CommandResult Exec(CommandOptions command, string[] more, params string[] args) => test.Ctr(command, ExecArguments(more, args));

    public Command StartExec(CommandOptions command, string[] more, params string[] args) => test.StartCtr(command, ExecArguments(more, args));

    public CommandResult Task(string verb, params string[] more) => test.Ctr(["task", verb, .. more, id]);

    public CommandResult Kill(string signal, params string[] more) => Task("kill", ["--signal", signal, .. more]);

    /// <summary>Removes the task.</summary>
    public CommandResult DeleteTask() => Task("rm");

    /// <summary>Removes the task once it has ended; ctr tells its exit code only in a warning.</summary>
    public void DeletedWith(int code)
    {
        AwaitStatus("STOPPED");
        string warning = DeleteTask().Ok().Stderr;
        if (code == 0)
            Assert.Equal("", warning);
        else
            Assert.Contains($"exit with non-zero exit code {code}", warning, StringComparison.Ordinal);
        Assert.Equal("", Status);
    }

    /// <summary>Kills and removes all of it.</summary>
    public void Destroy()
    {
        if (Remove() is { } complaint)
            Assert.Fail(complaint);
    }

    /// <summary>As the last step of a test: a complaint, or null.</summary>
    public string? Remove()
    {
        if (!_made)
            return null;
        _made = false;
        if (Row().Length > 0)
            Task("rm", "--force");
        if (Row().Length > 0)
            return $"task {id}: {Status}";
        CommandResult result = test.Ctr("containers", "rm", id);
        return result.ExitCode == 0 || result.Stderr.Contains("not found", StringComparison.Ordinal) ? null : result.Describe();
    }

    /// <summary>It was removed by other means.</summary>
    public void Forget() => _made = false;

    public void AwaitStatus(string status) => Eventually.True(() => Status == status, $"{id} is {status}");

    /// <summary>Waits for a file that the container's program makes.</summary>
    public void AwaitFile(string path) => Eventually.True(() => File.Exists(test.Inside(path)), $"{path} in {id}");

    /// <summary>A file of its cgroup as the host sees it, without the last newline.</summary>
    public string CgroupFile(string controller, string file) =>
        File.ReadAllText($"/sys/fs/cgroup/{(Surroundings.IsUnified ? "" : controller)}/{Cgroup}/{file}").TrimEnd();

    /// <summary>The file that the version of cgroups has for it: of the controller on v1, and on v2.</summary>
    public string CgroupFile(string controller, string legacyFile, string unifiedFile) =>
        CgroupFile(controller, Surroundings.IsUnified ? unifiedFile : legacyFile);

    /// <summary>memory.limit_in_bytes, or memory.max.</summary>
    public string MemoryLimit => CgroupFile("memory", "memory.limit_in_bytes", "memory.max");

    /// <summary>Not ctr's own place: what it leaves there after a detached exec is none of the shim's business.</summary>
    private string Fifos => Path.Combine(test.Folder, "fifos");

    private string[] RunArguments(string[] first, string[] args)
    {
        _made = true;
        string[] root = Image is null ? ["--rootfs"] : [];
        // Options of that kind are sent to a runtime of that name alone.
        string[] systemd = Surroundings.IsSystemd && Runtime == ShimUnderTest.RuncName ? ["--runc-systemd-cgroup", "--cgroup", Surroundings.CgroupsPath(id)] : [];
        return ["run", .. first, "--runtime", Runtime, "--env", $"COFFER_TEST={test.Tag}", "--env", "PATH=/bin:/usr/bin", "--fifo-dir", Fifos, .. systemd, .. options, .. root, Image ?? test.Rootfs, id, .. args];
    }

    private string[] ExecArguments(string[] more, string[] args) =>
        ["task", "exec", .. more.Contains("--log-uri") ? [] : (string[])["--fifo-dir", Fifos], .. more.Contains("--exec-id") ? [] : (string[])["--exec-id", $"e{Interlocked.Increment(ref _execs)}"], .. more, id, .. args];

    /// <summary>"TASK PID STATUS".</summary>
    private string[] Row() => test.Ctr("task", "ls").Ok().Stdout.Split('\n')
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(w => w.Length > 0 && w[0] == id) ?? [];
}
