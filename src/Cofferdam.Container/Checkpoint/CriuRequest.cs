namespace Cofferdam.Containers.Checkpoint;

/// <summary>
/// criu_opts of CRIU's rpc.proto, as far as containers need it. Descriptors of directories are numbers of this process;
/// inherited ones are numbers in CRIU.
/// </summary>
internal sealed class CriuRequest
{
    public const string DumpLog = "dump.log";
    public const string RestoreLog = "restore.log";

    // runc's: CRIU logs each step, which is what its authors ask for.
    private const int LogLevel = 4;

    private readonly ProtobufWriter _options = new();

    public CriuRequest(CriuRequestType type, int imagesFd, int? workFd, string logFile, CriuOptions options)
    {
        Type = type;
        _options.Number(1, imagesFd);
        if (workFd is { } work) _options.Number(17, work);
        _options.Number(9, LogLevel);
        _options.Text(10, logFile);
        _options.Switch(12, true);   // notify_scripts
        _options.Switch(50, true);   // orphan_pts_master
        _options.Switch(4, options.ExternalUnixSockets);
        _options.Switch(5, options.TcpEstablished);
        _options.Switch(7, options.ShellJob);
        _options.Switch(8, options.FileLocks);
        _options.Switch(16, options.AutoDedup);
        if (options.LazyPages) _options.Switch(48, true);
        if (options.NetworkLock != CriuNetworkLock.Default) _options.Number(64, (int)options.NetworkLock);
    }

    public CriuRequestType Type { get; }

    public void Root(string path) => _options.Text(13, path);

    public void ConfigFile(string? path)
    {
        if (path is not null) _options.Text(51, path);
    }

    /// <summary>criu_cg_mode, with the older switch beside it.</summary>
    public void CgroupMode(CriuCgroupMode mode)
    {
        _options.Switch(24, mode != CriuCgroupMode.Ignore);
        _options.Number(34, mode switch
        {
            CriuCgroupMode.Ignore => 0,
            CriuCgroupMode.Soft => 3,
            CriuCgroupMode.Full => 4,
            CriuCgroupMode.Strict => 5,
            _ => 6,
        });
    }

    /// <summary>ext_mnt: a mount that CRIU only names in the images (dump), or binds from a place of this host (restore).</summary>
    public void ExternalMount(string key, string value) => _options.Message(23, Pair(key, value));

    /// <summary>cg_root: where the container's part of a hierarchy begins here.</summary>
    public void CgroupRoot(string controller, string path) => _options.Message(25, Pair(controller, path));

    /// <summary>inherit_fd: a descriptor of CRIU that takes the place of what the images name.</summary>
    public void InheritFd(string key, int fd)
    {
        ProtobufWriter message = new();
        message.Text(1, key);
        message.Number(2, fd);
        _options.Message(27, message);
    }

    /// <summary>external: a thing that is named in the images and not saved.</summary>
    public void External(string text) => _options.Text(37, text);

    /// <summary>join_ns: a namespace that is there already.</summary>
    public void JoinNamespace(string kind, string path) => _options.Message(39, Pair(kind, path));

    /// <summary>empty_ns: kinds of namespaces (CLONE_NEW*) that are made anew, without what was in them.</summary>
    public void EmptyNamespaces(uint kinds) => _options.Number(38, kinds);

    public void Dump(int pid, CheckpointOptions options)
    {
        _options.Number(2, pid);
        _options.Switch(3, options.LeaveRunning);
        _options.Switch(18, options.LinkRemap);
        _options.Switch(46, options.TcpSkipInFlight);
        if (options.ParentPath is { } parent) _options.Text(14, parent);
        if (options.ParentPath is not null || options.PreDump) _options.Switch(15, true);   // track_mem
        if (options.PageServer is not { } server) return;
        ProtobufWriter message = new();
        message.Text(1, server.Host);
        message.Number(2, server.Port);
        _options.Message(11, message);
    }

    /// <summary>cgroup_dump_controller: save this hierarchy, named as in /proc/pid/cgroup, and none that is not named.</summary>
    public void DumpHierarchy(string controllers) => _options.Text(43, controllers);

    /// <summary>cgroup_yard: a directory with the cgroup hierarchies, in place of mounts of CRIU's own.</summary>
    public void CgroupYard(string directory) => _options.Text(60, directory);

    public void FreezeCgroup(string directory) => _options.Text(44, directory);

    public void Restore(RestoreOptions options)
    {
        _options.Switch(26, true);   // rst_sibling: init becomes our child, not CRIU's
        _options.Switch(6, true);    // evasive_devices: a device may have another path here
        if (options.TcpClose) _options.Switch(52, true);
        if (options.LsmProfile is { } profile) _options.Text(53, profile);
        if (options.LsmMountContext is { } context) _options.Text(63, context);
    }

    public ReadOnlySpan<byte> Encode()
    {
        ProtobufWriter request = new();
        request.Number(1, (int)Type);
        request.Message(2, _options);
        return request.Written;
    }

    private static ProtobufWriter Pair(string first, string second)
    {
        ProtobufWriter message = new();
        message.Text(1, first);
        message.Text(2, second);
        return message;
    }
}
