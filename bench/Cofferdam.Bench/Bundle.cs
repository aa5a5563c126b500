using System.Text.Json.Nodes;

namespace Cofferdam.Bench;

/// <summary>A bundle on disk: the config that <c>runc spec</c> writes, with what a scenario changes.</summary>
internal sealed class Bundle
{
    private static readonly string[] s_capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
    private readonly string _rootfs;

    public Bundle(string folder, string rootfs, string program, string cgroup)
    {
        Folder = folder;
        _rootfs = rootfs;
        Directory.CreateDirectory(folder);
        Config = PlainConfig(program, cgroup);
    }

    public string Folder { get; }

    public JsonObject Config { get; }

    public void Write() => File.WriteAllText(Path.Combine(Folder, "config.json"), Config.ToJsonString());

    /// <summary>busybox under the names that the scenarios run.</summary>
    public static string CreateRootfs(string folder)
    {
        foreach (string name in (string[])["bin", "dev", "proc", "sys", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        File.Copy("/bin/busybox", Path.Combine(folder, "bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(folder, "bin/true"), "busybox");
        File.CreateSymbolicLink(Path.Combine(folder, "bin/sleep"), "busybox");
        return folder;
    }

    private JsonObject PlainConfig(string program, string cgroup) => new()
    {
        ["ociVersion"] = "1.0.2",
        ["hostname"] = "bench",
        ["root"] = new JsonObject { ["path"] = _rootfs, ["readonly"] = true },
        ["process"] = new JsonObject
        {
            ["terminal"] = false,
            ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
            ["args"] = Texts(program.Split(' ')),
            ["env"] = Texts("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
            ["cwd"] = "/",
            ["capabilities"] = new JsonObject { ["bounding"] = Texts(s_capabilities), ["effective"] = Texts(s_capabilities), ["permitted"] = Texts(s_capabilities) },
            ["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["hard"] = 1024, ["soft"] = 1024 }),
            ["noNewPrivileges"] = true,
        },
        ["mounts"] = new JsonArray(
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro")),
        ["linux"] = new JsonObject
        {
            ["cgroupsPath"] = cgroup,
            ["resources"] = new JsonObject { ["devices"] = new JsonArray(new JsonObject { ["allow"] = false, ["access"] = "rwm" }) },
            // A cgroup namespace of its own, as engines give it on cgroup v2.
            ["namespaces"] = new JsonArray([.. ((string[])["pid", "network", "ipc", "uts", "mount", .. Workspace.IsV2 ? ["cgroup"] : (string[])[]]).Select(t => new JsonObject { ["type"] = t })]),
            ["maskedPaths"] = Texts("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"),
            ["readonlyPaths"] = Texts("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
        },
    };

    private static JsonObject Mount(string destination, string type, string source, params string[] options)
    {
        var mount = new JsonObject { ["destination"] = destination, ["type"] = type, ["source"] = source };
        if (options.Length > 0)
        {
            mount["options"] = Texts(options);
        }

        return mount;
    }

    private static JsonArray Texts(params IReadOnlyList<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
