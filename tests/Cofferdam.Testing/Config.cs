using System.Globalization;
using System.Text.Json.Nodes;

namespace Cofferdam.Testing;

/// <summary>A config.json that a test edits by path: <c>Set("linux.resources.pids.limit", "20")</c>. Values are JSON
/// text, as a reader of the specification would write them.</summary>
public sealed class Config
{
    public Config(string marker, string cgroupsPath)
    {
        Root = JsonNode.Parse(BaseSpec)!.AsObject();
        Append("process.env", JsonValue.Create(marker).ToJsonString());
        if (cgroupsPath.Length > 0) SetText("linux.cgroupsPath", cgroupsPath);
    }

    public JsonObject Root { get; private set; }

    public Config Set(string path, string json) => SetNode(path, JsonNode.Parse(json));

    public Config SetText(string path, string value) => SetNode(path, JsonValue.Create(value));

    public Config Append(string path, string json)
    {
        if (Find(path) is not JsonArray array)
        {
            array = [];
            SetNode(path, array);
        }
        array.Add(JsonNode.Parse(json));
        return this;
    }

    public Config Remove(string path)
    {
        (JsonNode parent, string last, int index) = Walk(path);
        if (index >= 0)
            parent.AsArray().RemoveAt(index);
        else
            parent.AsObject().Remove(last);
        return this;
    }

    public Config Args(params string[] args)
    {
        SetNode("process.args", new JsonArray([.. args.Select(a => (JsonNode)JsonValue.Create(a))]));
        return this;
    }

    public Config Env(string assignment) => Append("process.env", JsonValue.Create(assignment).ToJsonString());

    /// <summary>Adds a mount after those that every container has.</summary>
    public Config Mount(string destination, string? type, string? source, params string[] options)
    {
        var mount = new JsonObject { ["destination"] = destination };
        if (type is not null)
            mount["type"] = type;
        if (source is not null)
            mount["source"] = source;
        if (options.Length > 0)
            mount["options"] = new JsonArray([.. options.Select(o => (JsonNode)JsonValue.Create(o))]);
        Root["mounts"]!.AsArray().Add(mount);
        return this;
    }

    public Config WithoutMount(string destination)
    {
        JsonArray mounts = Root["mounts"]!.AsArray();
        for (int i = mounts.Count - 1; i >= 0; i--)
        {
            if ((string?)mounts[i]!["destination"] == destination)
                mounts.RemoveAt(i);
        }
        return this;
    }

    /// <summary>A namespace of the kind: a new one, or the one at the path. Replaces an earlier entry.</summary>
    public Config Namespace(string type, string? path = null)
    {
        WithoutEntry(type);
        var entry = new JsonObject { ["type"] = type };
        if (path is not null)
            entry["path"] = path;
        Root["linux"]!["namespaces"]!.AsArray().Add(entry);
        return this;
    }

    /// <summary>An ordinary user cannot mount proc without a new pid namespace, nor sysfs without a new network: the
    /// host's are bound instead, as the engines do.</summary>
    public Config WithoutNamespace(string type)
    {
        if (!Surroundings.IsRoot && type is ("pid" or "network"))
        {
            string path = type == "pid" ? "/proc" : "/sys";
            WithoutMount(path);
            Root["mounts"]!.AsArray().Insert(0, new JsonObject
            {
                ["destination"] = path, ["type"] = "bind", ["source"] = path, ["options"] = new JsonArray("rbind", "nosuid", "noexec", "nodev"),
            });
        }
        return WithoutEntry(type);
    }

    private Config WithoutEntry(string type)
    {
        JsonArray all = Root["linux"]!["namespaces"]!.AsArray();
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if ((string?)all[i]!["type"] == type)
                all.RemoveAt(i);
        }
        return this;
    }

    /// <summary>The five sets at once: the given capabilities in bounding, effective and permitted, none in the others.</summary>
    public Config Capabilities(params string[] names)
    {
        string list = "[" + string.Join(',', names.Select(n => $"\"{n}\"")) + "]";
        return Set("process.capabilities", $$"""{"bounding":{{list}},"effective":{{list}},"permitted":{{list}}}""");
    }

    /// <summary>A user namespace that maps 0..65535 to 100000 and up.</summary>
    public Config UserNamespace(uint host = 100000, uint size = 65536) => Namespace("user")
        .Set("linux.uidMappings", string.Create(CultureInfo.InvariantCulture, $$"""[{"containerID":0,"hostID":{{host}},"size":{{size}}}]"""))
        .Set("linux.gidMappings", string.Create(CultureInfo.InvariantCulture, $$"""[{"containerID":0,"hostID":{{host}},"size":{{size}}}]"""));

    /// <summary>What an ordinary user needs: a user namespace in which that user is root, and the user's subordinate
    /// ids follow from 1 on.</summary>
    public Config OwnUserNamespace()
    {
        string Map(uint own) => string.Create(CultureInfo.InvariantCulture,
            $$"""[{"containerID":0,"hostID":{{own}},"size":1},{"containerID":1,"hostID":100000,"size":65536}]""");
        return Namespace("user").Set("linux.uidMappings", Map(Libc.geteuid())).Set("linux.gidMappings", Map(Libc.getegid()));
    }

    public Config ReplaceWith(string json)
    {
        Root = JsonNode.Parse(json)!.AsObject();
        return this;
    }

    public string ToJson() => Root.ToJsonString();

    private Config SetNode(string path, JsonNode? value)
    {
        (JsonNode parent, string last, int index) = Walk(path);
        if (index >= 0)
            parent.AsArray()[index] = value;
        else
            parent[last] = value;
        return this;
    }

    private JsonNode? Find(string path)
    {
        (JsonNode parent, string last, int index) = Walk(path);
        return index >= 0 ? parent[index] : parent[last];
    }

    /// <summary>Goes to the parent of the last segment, making objects on the way.</summary>
    private (JsonNode Parent, string Last, int Index) Walk(string path)
    {
        JsonNode node = Root;
        string[] segments = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = segments[i];
            int index = segment[0] == '[' ? int.Parse(segment[1..^1], CultureInfo.InvariantCulture) : -1;
            if (i == segments.Length - 1)
                return (node, segment, index);
            JsonNode? next = index >= 0 ? node[index] : node[segment];
            if (next is null)
            {
                next = new JsonObject();
                node[segment] = next;
            }
            node = next;
        }
        throw new ArgumentException($"empty path '{path}'");
    }

    private const string BaseSpec = """
        {
          "ociVersion": "1.0.2",
          "process": {
            "user": { "uid": 0, "gid": 0 },
            "args": ["true"],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "cwd": "/",
            "capabilities": {
              "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
              "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
              "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
            },
            "noNewPrivileges": true
          },
          "root": { "path": "rootfs" },
          "hostname": "vessel",
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
            { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"] },
            { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] }
          ],
          "linux": {
            "namespaces": [{ "type": "pid" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }],
            "resources": { "devices": [{ "allow": false, "access": "rwm" }] },
            "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware", "/proc/scsi"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
          }
        }
        """;
}
