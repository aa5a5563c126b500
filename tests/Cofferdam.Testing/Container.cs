using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>A bundle with its container: the verbs of the runtime, spelled for tests.</summary>
public sealed class Container
{
    private readonly Scratch _scratch;

    internal Container(Scratch scratch, string id)
    {
        _scratch = scratch;
        Id = id;
        Bundle = Path.Combine(scratch.Directory, "b-" + id);
        Scratch.MakeRootfs(Rootfs);
        Config = new Config(scratch.Marker, Surroundings.CgroupsPath("coffer-test-" + id));
        if (!Surroundings.IsRoot)
            Config.OwnUserNamespace();
    }

    public string Id { get; set; }

    /// <summary>The last part of its cgroup's path.</summary>
    public string CgroupName => Surroundings.CgroupName("coffer-test-" + Id);

    public string Bundle { get; }

    public string Rootfs => Path.Combine(Bundle, "rootfs");

    public Config Config { get; }

    public Scratch Scratch => _scratch;

    /// <summary>A path inside the root filesystem, seen from the host.</summary>
    public string Inside(string path) => Path.Combine(Rootfs, path.TrimStart('/'));

    public void WriteConfig() => File.WriteAllText(Path.Combine(Bundle, "config.json"), Config.ToJson());

    public CommandResult Run(params string[] options) => Run(_scratch.Options(), options);

    public CommandResult Run(CommandOptions command, params string[] options)
    {
        WriteConfig();
        return _scratch.Oci(command, ["run", "--bundle", Bundle, .. options, Id]);
    }

    /// <summary>Starts <c>run</c> in the foreground and returns while it runs.</summary>
    public Command StartRun(CommandOptions? command = null, params string[] options)
    {
        WriteConfig();
        return _scratch.StartOci(command ?? _scratch.Options(), ["run", "--bundle", Bundle, .. options, Id]);
    }

    /// <summary>Runs a shell script as the container's program; it must succeed. Returns its output.</summary>
    public string Sh(string script)
    {
        Config.Args("sh", "-c", script);
        return Run().Ok().Output;
    }

    public CommandResult RunSh(string script)
    {
        Config.Args("sh", "-c", script);
        return Run();
    }

    /// <summary>mountinfo as the container's program sees it.</summary>
    public string MountInfoInside()
    {
        Config.Args("cat", "/proc/self/mountinfo");
        return Run().Ok().Stdout;
    }

    public CommandResult Create(params string[] options) => Create(_scratch.Options(), options);

    public CommandResult Create(CommandOptions command, params string[] options)
    {
        WriteConfig();
        return _scratch.Oci(command, ["create", "--bundle", Bundle, .. options, Id]);
    }

    public CommandResult Start() => _scratch.Oci("start", Id);

    public CommandResult Kill(params string[] arguments) => _scratch.Oci(["kill", Id, .. arguments]);

    public CommandResult Delete(params string[] options) => _scratch.Oci(["delete", .. options, Id]);

    public CommandResult Exec(params string[] arguments) => _scratch.Oci(["exec", Id, .. arguments]);

    public CommandResult ExecWith(IReadOnlyList<string> options, params string[] arguments) =>
        _scratch.Oci(["exec", .. options, Id, .. arguments]);

    /// <summary>The output of a script that must succeed inside the running container.</summary>
    public string ExecSh(string script) => Exec("sh", "-c", script).Ok().Output;

    public JsonObject State() => JsonNode.Parse(_scratch.Oci("state", Id).Ok().Stdout)!.AsObject();

    public string Status() => (string)State()["status"]!;

    public int Pid() => (int)State()["pid"]!;

    public void WaitForStatus(string status) => Eventually.True(() => Status() == status, $"container {Id} is {status}");

    /// <summary>Create and start with a program that stays: the shell waits for TERM and then exits with 0.</summary>
    public Container Running()
    {
        Config.Args("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done");
        CreatedAndStarted();
        // Before, the kernel would keep the signal from it as from any first process.
        int pid = Pid();
        Eventually.True(() => Processes.Catches(pid, Libc.SIGTERM), $"container {Id} has set its trap");
        return this;
    }

    public Container CreatedAndStarted()
    {
        Create().Ok();
        Start().Ok();
        return this;
    }

    /// <summary>The path of the container's cgroup from /proc/PID/cgroup: that of the controller on cgroup v1, the one
    /// that there is on v2.</summary>
    public string Cgroup(string controller)
    {
        foreach (string line in File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid()}/cgroup")))
        {
            string[] parts = line.Split(':', 3);
            if (Surroundings.IsUnified)
                return "/sys/fs/cgroup" + parts[2];
            if (parts[1].Split(',').Contains(controller))
                return "/sys/fs/cgroup/" + controller.Replace("name=", "", StringComparison.Ordinal) + parts[2];
        }
        Assert.Skip($"this host has no v1 controller '{controller}'");
        return "";
    }

    /// <summary>What is in a file of the container's cgroup. The tests of one cgroup version are skipped on the other.</summary>
    public string CgroupFile(string controller, string file)
    {
        string path = Path.Combine(Cgroup(controller), file);
        SkipIfOfV1(file);
        return File.ReadAllText(path).Trim();
    }

    /// <summary>For tests that would make a container in vain.</summary>
    public static void SkipIfOfV1(string file) =>
        Assert.SkipWhen(Surroundings.IsUnified && s_v1Files.Contains(file), $"'{file}' is of cgroup v1");

    private static readonly HashSet<string> s_v1Files =
    [
        "memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.swappiness", "memory.oom_control",
        "cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us", "devices.list", "freezer.state", "blkio.bfq.weight",
        "blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device", "blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device",
    ];
}
