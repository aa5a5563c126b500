using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class SpecValidatorTests
{
    private const string UserNamespace = """[{"type":"user"},{"type":"mount"}]""";

    [Fact]
    public void Docker_like_and_small_configurations_are_valid()
    {
        var warnings = new List<string>();
        SpecValidator.Validate(SpecReader.ReadSpec(TestData.Docker, []), warnings);
        SpecValidator.Validate(JsonPatch.Read(JsonPatch.Small), warnings);
        SpecValidator.Validate(DefaultSpec.Create(cgroupNamespace: true), warnings);
        SpecValidator.Validate(DefaultSpec.ToRootless(DefaultSpec.Create(), 1000, 1000), warnings);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("real-dockerd-privileged.json")]
    [InlineData("real-dockerd-restricted.json")]
    [InlineData("real-podman-userns.json")]
    public void What_dockerd_and_podman_write_is_read_without_a_warning(string file)
    {
        var warnings = new List<string>();
        SpecValidator.Validate(SpecReader.ReadSpec(TestData.Read(file), warnings), warnings);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("ociVersion", "\"2.0.0\"", "ociVersion: must be a version 1.x, is '2.0.0'")]
    [InlineData("ociVersion", "\"1.\"", "ociVersion: must be a version 1.x, is '1.'")]
    [InlineData("process", "null", "process: must be given")]
    [InlineData("root", "null", "root: must be given")]
    [InlineData("root/path", "\"\"", "root.path: must be given")]
    [InlineData("annotations", """{"":"x"}""", "annotations: must not have an empty name")]
    [InlineData("process/args", "[]", "process.args: must not be empty")]
    [InlineData("process/args", "[\"\"]", "process.args[0]: must not be empty")]
    [InlineData("process/args", "[\"a\",\"b\\u0000c\"]", "process.args[1]: must not contain a NUL character")]
    [InlineData("process/env", "[\"A=b\",\"C\"]", "process.env[1]: must be NAME=value")]
    [InlineData("process/env", "[\"=C\"]", "process.env[0]: must be NAME=value")]
    [InlineData("process/env", "[\"A=\\u0000\"]", "process.env[0]: must not contain a NUL character")]
    [InlineData("process/cwd", "\"\"", "process.cwd: must be given")]
    [InlineData("process/cwd", "\"tmp\"", "process.cwd: must be absolute, is 'tmp'")]
    [InlineData("process/user/uid", "4294967295", "process.user.uid: must be below 4294967295, which stands for no id")]
    [InlineData("process/user/gid", "4294967295", "process.user.gid: must be below 4294967295, which stands for no id")]
    [InlineData("process/user/additionalGids", "[1,4294967295]", "process.user.additionalGids[1]: must be below 4294967295, which stands for no id")]
    [InlineData("process/user/umask", "512", "process.user.umask: must be at most 511 (0777)")]
    [InlineData("process/oomScoreAdj", "1001", "process.oomScoreAdj: must be from -1000 to 1000")]
    [InlineData("process/consoleSize", """{"height":65536,"width":1}""", "process.consoleSize: must be at most 65535 in height and width")]
    [InlineData("process/rlimits", """[{"type":"RLIMIT_CPU","soft":1,"hard":1},{"type":"RLIMIT_CPU","soft":1,"hard":1}]""", "process.rlimits[1].type: must not repeat RLIMIT_CPU")]
    [InlineData("process/rlimits", """[{"type":"RLIMIT_CPU","soft":2,"hard":1}]""", "process.rlimits[0].soft: must not be greater than hard")]
    [InlineData("process/ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":8}""", "process.ioPriority.priority: must be from 0 to 7")]
    [InlineData("process/execCPUAffinity", """{"initial":"0-"}""", "process.execCPUAffinity.initial: must be a list of numbers and ranges such as 0-3,7, is '0-'")]
    [InlineData("process/execCPUAffinity", """{"final":"3-1"}""", "process.execCPUAffinity.final: must be a list of numbers and ranges such as 0-3,7, is '3-1'")]
    [InlineData("process/scheduler", """{"policy":"SCHED_ISO"}""", "process.scheduler.policy: must not be SCHED_ISO, which no kernel has")]
    [InlineData("process/scheduler", """{"policy":"SCHED_OTHER","nice":20}""", "process.scheduler.nice: must be from -20 to 19")]
    [InlineData("process/scheduler", """{"policy":"SCHED_FIFO"}""", "process.scheduler.priority: must be from 1 to 99 with SCHED_FIFO and SCHED_RR")]
    [InlineData("process/scheduler", """{"policy":"SCHED_BATCH","priority":1}""", "process.scheduler.priority: must be 0 but for SCHED_FIFO and SCHED_RR")]
    [InlineData("process/scheduler", """{"policy":"SCHED_OTHER","period":1}""", "process.scheduler.period: must be 0 but for SCHED_DEADLINE")]
    [InlineData("process/scheduler", """{"policy":"SCHED_DEADLINE","runtime":1000}""", "process.scheduler.runtime: must be at least 1024 ns")]
    [InlineData("process/scheduler", """{"policy":"SCHED_DEADLINE","runtime":2000,"deadline":1999}""", "process.scheduler.deadline: must not be less than runtime")]
    [InlineData("process/scheduler", """{"policy":"SCHED_DEADLINE","runtime":2000,"deadline":2000,"period":1}""", "process.scheduler.period: must not be less than deadline")]
    public void Root_and_process_rules(string path, string value, string message) => Refused(JsonPatch.Set(JsonPatch.Small, path, value), message);

    [Theory]
    [InlineData("hooks/prestart", """[{"path":"/a"},{"path":"a"}]""", "hooks.prestart[1].path: must be absolute, is 'a'")]
    [InlineData("hooks/createRuntime", """[{}]""", "hooks.createRuntime[0].path: must be given")]
    [InlineData("hooks/poststop", """[{"path":"/a","timeout":0}]""", "hooks.poststop[0].timeout: must be greater than zero")]
    [InlineData("hooks/poststart", """[{"path":"/a","args":["\u0000"]}]""", "hooks.poststart[0].args[0]: must not contain a NUL character")]
    [InlineData("hooks/startContainer", """[{"path":"/a","env":["\u0000"]}]""", "hooks.startContainer[0].env[0]: must not contain a NUL character")]
    [InlineData("mounts", """[{}]""", "mounts[0].destination: must be given")]
    [InlineData("mounts", """[{"destination":"/a"}]""", "mounts[0].type: must be given unless it is a bind mount")]
    [InlineData("mounts", """[{"destination":"/a","options":["bind"]}]""", "mounts[0].source: must be given for a bind mount")]
    [InlineData("mounts", """[{"destination":"/a","source":"/b","options":["ro","rbind","mode=755"]}]""", "mounts[0].options[2]: must not be an option of a filesystem in a bind mount, is 'mode=755'")]
    [InlineData("mounts", """[{"destination":"/a","type":"tmpfs","options":["idmap=x"]}]""", "mounts[0].options[0]: must be 'idmap', or 'idmap=' with uids and gids as FROM-TO-LENGTH#… separated by ';', is 'idmap=x'")]
    [InlineData("mounts", """[{"destination":"/a","source":"/b","options":["bind","idmap"]}]""", "mounts[0].uidMappings: must be given with idmap where there is no user namespace")]
    [InlineData("mounts", """[{"destination":"/a","source":"/b","options":["bind"],"uidMappings":[{"size":1}]}]""", "mounts[0].gidMappings: must be given, as the other mappings are")]
    [InlineData("mounts", """[{"destination":"/a","source":"/b","options":["bind","idmap=uids=@0-1-2"]}]""", "mounts[0].options: must not have relative id ranges where there is no user namespace")]
    public void Hook_and_mount_rules(string path, string value, string message) => Refused(JsonPatch.Set(JsonPatch.Small, path, value), message);

    [Theory]
    [InlineData("linux/namespaces", """[{"type":"pid"},{"type":"pid"}]""", "linux.namespaces[1].type: must not repeat pid")]
    [InlineData("linux/namespaces", """[{"type":"pid","path":"ns"}]""", "linux.namespaces[0].path: must be absolute, is 'ns'")]
    [InlineData("linux/namespaces", UserNamespace, "linux.uidMappings: must not be empty with a new user namespace")]
    [InlineData("linux/uidMappings", """[{"size":1}]""", "linux.uidMappings: must have a user namespace in linux.namespaces")]
    [InlineData("linux/gidMappings", """[{"size":1}]""", "linux.gidMappings: must have a user namespace in linux.namespaces")]
    [InlineData("linux/uidMappings", """[{"size":0}]""", "linux.uidMappings[0].size: must not be 0")]
    [InlineData("linux/uidMappings", """[{"containerID":4294967290,"size":6}]""", "linux.uidMappings[0].containerID: must stay below 4294967295 with size added")]
    [InlineData("linux/uidMappings", """[{"hostID":4294967290,"size":6}]""", "linux.uidMappings[0].hostID: must stay below 4294967295 with size added")]
    [InlineData("linux/uidMappings", """[{"hostID":9,"size":5},{"containerID":4,"hostID":100,"size":1}]""", "linux.uidMappings[1].containerID: must not overlap entry 0")]
    [InlineData("linux/gidMappings", """[{"hostID":9,"size":5},{"containerID":5,"hostID":13,"size":1}]""", "linux.gidMappings[1].hostID: must not overlap entry 0")]
    [InlineData("linux/timeOffsets", """{"monotonic":{"secs":1}}""", "linux.timeOffsets: must have a new time namespace in linux.namespaces")]
    [InlineData("linux/rootfsPropagation", "\"slaves\"", "linux.rootfsPropagation: must be shared, slave, private, unbindable or one of these after r, is 'slaves'")]
    [InlineData("linux/maskedPaths", "[\"/a\",\"b\"]", "linux.maskedPaths[1]: must be absolute, is 'b'")]
    [InlineData("linux/readonlyPaths", "[\"/a\\u0000\"]", "linux.readonlyPaths[0]: must not contain a NUL character")]
    [InlineData("linux/intelRdt", """{"closID":"a/b"}""", "linux.intelRdt.closID: must be the name of a directory, is 'a/b'")]
    [InlineData("linux/intelRdt", """{"closID":".."}""", "linux.intelRdt.closID: must be the name of a directory, is '..'")]
    [InlineData("linux/intelRdt", """{"closID":"info"}""", "linux.intelRdt.closID: must be the name of a directory, is 'info'")]
    [InlineData("linux/intelRdt", """{"memBwSchema":"0=20"}""", "linux.intelRdt.memBwSchema: must be one line that begins with 'MB:', is '0=20'")]
    [InlineData("linux/intelRdt", """{"schemata":["L3:0=f","L2"]}""", "linux.intelRdt.schemata[1]: must be one line of a resource, a colon and values, is 'L2'")]
    [InlineData("linux/memoryPolicy", """{"mode":"MPOL_BIND"}""", "linux.memoryPolicy.nodes: must be given with MPOL_BIND")]
    [InlineData("linux/memoryPolicy", """{"mode":"MPOL_LOCAL","nodes":"0"}""", "linux.memoryPolicy.nodes: must be empty with MPOL_LOCAL")]
    [InlineData("linux/memoryPolicy", """{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES","MPOL_F_RELATIVE_NODES"]}""", "linux.memoryPolicy.flags: must not have both MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES")]
    [InlineData("linux/devices", """[{"type":"c"}]""", "linux.devices[0].path: must be given")]
    [InlineData("linux/devices", """[{"path":"/a","type":"c","major":4096}]""", "linux.devices[0].major: must be from 0 to 4095")]
    [InlineData("linux/devices", """[{"path":"/a","type":"b","minor":-1}]""", "linux.devices[0].minor: must be from 0 to 1048575")]
    [InlineData("linux/devices", """[{"path":"/a","type":"p","uid":4294967295}]""", "linux.devices[0].uid: must be below 4294967295, which stands for no id")]
    [InlineData("linux/netDevices", """{"a/b":{}}""", "linux.netDevices['a/b']: must be the name of a network interface")]
    [InlineData("linux/netDevices", """{"eth0":{"name":"abcdefghijklmnop"}}""", "linux.netDevices.eth0.name: must be the name of a network interface")]
    [InlineData("linux/netDevices", """{"eth0":{"name":"x%d"}}""", "linux.netDevices.eth0.name: must be the name of a network interface")]
    [InlineData("linux/netDevices", """{"eth0":{"name":"eth1"},"eth1":{}}""", "linux.netDevices.eth1.name: must not repeat 'eth1'")]
    public void Linux_rules(string path, string value, string message) => Refused(JsonPatch.Set(JsonPatch.Small, path, value), message);

    [Theory]
    [InlineData("memory", """{"limit":-2}""", "linux.resources.memory.limit: must be a number of bytes, or -1 for no limit")]
    [InlineData("memory", """{"limit":100,"swap":99}""", "linux.resources.memory.swap: must not be less than limit: it counts memory and swap together")]
    [InlineData("memory", """{"swappiness":201}""", "linux.resources.memory.swappiness: must be from 0 to 200")]
    [InlineData("cpu", """{"idle":2}""", "linux.resources.cpu.idle: must be 0 or 1")]
    [InlineData("blockIO", """{"weight":9}""", "linux.resources.blockIO.weight: must be from 10 to 1000")]
    [InlineData("blockIO", """{"weightDevice":[{"leafWeight":1001}]}""", "linux.resources.blockIO.weightDevice[0].leafWeight: must be from 10 to 1000")]
    [InlineData("blockIO", """{"throttleReadBpsDevice":[{"major":-1}]}""", "linux.resources.blockIO.throttleReadBpsDevice[0].major: must be a device number")]
    [InlineData("hugepageLimits", """[{"pageSize":"2M"}]""", "linux.resources.hugepageLimits[0].pageSize: must be a number and KB, MB or GB such as 2MB")]
    [InlineData("network", """{"priorities":[{"name":"a b"}]}""", "linux.resources.network.priorities[0].name: must be the name of a network interface")]
    [InlineData("rdma", """{"a\nb":{}}""", "linux.resources.rdma['a\\x0ab']: must be the name of a device")]
    [InlineData("unified", """{"../x.y":"1"}""", "linux.resources.unified['../x.y']: must be a file name such as memory.high")]
    [InlineData("unified", """{"memory":"1"}""", "linux.resources.unified.memory: must be a file name such as memory.high")]
    [InlineData("devices", """[{"access":"rx"}]""", "linux.resources.devices[0].access: must be letters of rwm")]
    [InlineData("devices", """[{"major":-2}]""", "linux.resources.devices[0].major: must be a device number, or -1 for all")]
    public void Resource_rules(string field, string value, string message) =>
        Refused(JsonPatch.Set(JsonPatch.Small, "linux/resources/" + field, value), message);

    [Theory]
    [InlineData("""{"defaultAction":"SCMP_ACT_NOTIFY"}""", ".defaultAction: must not be SCMP_ACT_NOTIFY")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":65536}""", ".defaultErrnoRet: must be at most 65535")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_X"]}""", ".flags[0]: must be a flag such as SECCOMP_FILTER_FLAG_LOG, is 'SECCOMP_X'")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[],"action":"SCMP_ACT_LOG"}]}""", ".syscalls[0].names: must not be empty")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_LOG","args":[{"index":6,"op":"SCMP_CMP_EQ"}]}]}""", ".syscalls[0].args[0].index: must be from 0 to 5")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_NOTIFY"}]}""", ".listenerPath: must be given where SCMP_ACT_NOTIFY is used")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/s","syscalls":[{"names":["sendmsg"],"action":"SCMP_ACT_NOTIFY"}]}""", ".syscalls[0].names[0]: must not be 'sendmsg' with SCMP_ACT_NOTIFY")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/s","syscalls":[{"names":["read","write"],"action":"SCMP_ACT_NOTIFY"}]}""", ".syscalls[0].names[1]: must not be 'write' with SCMP_ACT_NOTIFY")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"s"}""", ".listenerPath: must be absolute, is 's'")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","listenerMetadata":"s"}""", ".listenerMetadata: must not be given without listenerPath")]
    public void Seccomp_rules(string value, string message) => Refused(JsonPatch.Set(JsonPatch.Small, "linux/seccomp", value), "linux.seccomp" + message);

    [Theory]
    [InlineData("hostname", "uts")]
    [InlineData("domainname", "uts")]
    public void A_name_needs_a_uts_namespace(string field, string ns)
    {
        string json = JsonPatch.Set(JsonPatch.Small, field, "\"n\"");
        SpecValidator.Validate(JsonPatch.Read(json));
        Refused(JsonPatch.Set(json, "linux/namespaces", "[]"), $"{field}: must have a {ns} namespace in linux.namespaces");
        Refused(JsonPatch.Set(JsonPatch.Small, field, $"\"{new string('x', 65)}\""), $"{field}: must be at most 64 bytes long");
    }

    [Theory]
    [InlineData("linux/maskedPaths", "[\"/proc\"]", "linux.maskedPaths: must have a mount namespace in linux.namespaces")]
    [InlineData("linux/readonlyPaths", "[\"/proc\"]", "linux.readonlyPaths: must have a mount namespace in linux.namespaces")]
    [InlineData("linux/netDevices", "{\"eth0\":{}}", "linux.netDevices: must have a network namespace in linux.namespaces")]
    public void Some_fields_need_a_namespace(string path, string value, string message)
    {
        string json = JsonPatch.Set(JsonPatch.Small, path, value);
        SpecValidator.Validate(JsonPatch.Read(json));
        Refused(JsonPatch.Set(json, "linux/namespaces", "[]"), message);
    }

    [Fact]
    public void Ids_of_the_process_must_be_mapped_in_a_new_user_namespace()
    {
        string json = JsonPatch.Set(JsonPatch.Small, "linux/namespaces", UserNamespace);
        json = JsonPatch.Set(json, "linux/uidMappings", """[{"containerID":0,"hostID":1000,"size":10}]""");
        json = JsonPatch.Set(json, "linux/gidMappings", """[{"containerID":0,"hostID":1000,"size":1},{"containerID":5,"hostID":2000,"size":1}]""");
        SpecValidator.Validate(JsonPatch.Read(json));
        Refused(JsonPatch.Set(json, "process/user/uid", "10"), "process.user.uid: must be mapped by linux.uidMappings");
        Refused(JsonPatch.Set(json, "process/user/gid", "1"), "process.user.gid: must be mapped by linux.gidMappings");
        Refused(JsonPatch.Set(json, "process/user/additionalGids", "[5,6]"), "process.user.additionalGids[1]: must be mapped by linux.gidMappings");
        SpecValidator.Validate(JsonPatch.Read(JsonPatch.Set(json, "process/user/additionalGids", "[5]")));
    }

    [Fact]
    public void A_user_namespace_by_path_may_come_with_mappings_or_without()
    {
        string json = JsonPatch.Set(JsonPatch.Small, "linux/namespaces", """[{"type":"user","path":"/proc/1/ns/user"},{"type":"mount"}]""");
        SpecValidator.Validate(JsonPatch.Read(json));
        SpecValidator.Validate(JsonPatch.Read(JsonPatch.Set(json, "linux/uidMappings", """[{"hostID":1000,"size":10}]""")));
    }

    [Fact]
    public void Time_offsets_are_checked()
    {
        string json = JsonPatch.Set(JsonPatch.Small, "linux/namespaces", """[{"type":"time"}]""");
        SpecValidator.Validate(JsonPatch.Read(JsonPatch.Set(json, "linux/timeOffsets", """{"monotonic":{"secs":-1,"nanosecs":999999999}}""")));
        Refused(JsonPatch.Set(json, "linux/timeOffsets", """{"realtime":{}}"""), "linux.timeOffsets.realtime: must be monotonic or boottime");
        Refused(JsonPatch.Set(json, "linux/timeOffsets", """{"boottime":{"nanosecs":1000000000}}"""), "linux.timeOffsets.boottime.nanosecs: must be below 1000000000");
        json = JsonPatch.Set(json, "linux/namespaces", """[{"type":"time","path":"/proc/1/ns/time"}]""");
        Refused(JsonPatch.Set(json, "linux/timeOffsets", """{"boottime":{}}"""), "linux.timeOffsets: must have a new time namespace in linux.namespaces");
    }

    [Fact]
    public void What_runc_accepts_against_the_specification_is_warned_about()
    {
        var warnings = new List<string>();
        string json = JsonPatch.Set(JsonPatch.Small, "ociVersion", "\"\"");
        json = JsonPatch.Set(json, "mounts", """[{"destination":"data","type":"proc","options":["tmpcopyup"]}]""");
        json = JsonPatch.Set(json, "linux/personality", """{"domain":"LINUX32","flags":["X"]}""");
        json = JsonPatch.Set(json, "linux/seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":1,"syscalls":[{"names":["a"],"action":"SCMP_ACT_KILL","errnoRet":1}]}""");
        SpecValidator.Validate(JsonPatch.Read(json), warnings);
        Assert.Equal(
            [
                "ociVersion: must be given, taking 1.3.0",
                "mounts[0].destination: must be absolute, taking it as relative to /",
                "mounts[0].options: tmpcopyup has an effect on tmpfs only, ignoring",
                "linux.seccomp.defaultErrnoRet: SCMP_ACT_ALLOW returns no errno, ignoring",
                "linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_KILL_THREAD returns no errno, ignoring",
                "linux.personality.flags: none are defined, ignoring",
            ],
            warnings);
    }

    [Fact]
    public void Every_field_together_is_valid()
    {
        SpecValidator.Validate(JsonPatch.Read(JsonPatch.Set(System.Text.Encoding.UTF8.GetString(TestData.Full), "process/user", """{"uid":0,"gid":0}""")));
    }

    private static void Refused(string json, string message)
    {
        var e = Assert.Throws<CofferdamException>(() => SpecValidator.Validate(JsonPatch.Read(json)));
        Assert.Equal((ErrorKind.InvalidArgument, message), (e.Kind, e.Message));
    }
}
