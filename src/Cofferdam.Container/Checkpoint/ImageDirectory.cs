using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>The directories of one checkpoint, open: CRIU gets them by descriptor.</summary>
internal sealed class ImageDirectory : IDisposable
{
    private const int Mode = 0x1C0;   // 0700: memory of the container lies in it

    private ImageDirectory(string path, OwnedFd images, string? workPath, OwnedFd? work, string log)
    {
        Path = path;
        Images = images;
        Work = work;
        LogDirectory = workPath ?? path;
        Log = log;
        // What an earlier run says about its mistakes must not be taken for ours.
        Files.TryUnlink(log, out _, work ?? images);
    }

    public string Path { get; }

    public OwnedFd Images { get; }

    public OwnedFd? Work { get; }

    public string LogDirectory { get; }

    public string Log { get; }

    /// <summary>Makes what is missing.</summary>
    public static ImageDirectory ForDump(CheckpointOptions options)
    {
        string path = Absolute(options.ImagePath);
        Files.MkdirAll(path, Mode);
        if (options.ParentPath is { } parent) CheckParent(path, parent);
        return Open(path, options, CriuRequest.DumpLog);
    }

    /// <summary>Opens a checkpoint.</summary>
    public static ImageDirectory ForRestore(RestoreOptions options) => Open(Absolute(options.ImagePath), options, CriuRequest.RestoreLog);

    /// <exception cref="CofferdamException"><see cref="ErrorKind.NotFound"/>: there is no checkpoint.</exception>
    public static void RequireCheckpoint(string imagePath)
    {
        string path = Absolute(imagePath);
        if (!Files.Exists($"{path}/{ImageInventory.Name}"))
            throw new CofferdamException(ErrorKind.NotFound, $"image path '{path}': holds no checkpoint (no '{ImageInventory.Name}')");
    }

    /// <summary>
    /// In a user namespace CRIU restores a container as its root, who opens images itself: the group of that root may go through
    /// the directory, and neither list nor change it. Whoever may do that already needs no change.
    /// </summary>
    public void LetIn(RuntimeSpec spec)
    {
        const int groupAll = 0x38, groupSearch = 0x8, anyoneSearch = 0x1;
        if (!Namespaces.HasOwn(spec, NamespaceType.User)) return;
        IdMapping? map = spec.Linux.GidMappings.FirstOrDefault(static map => map.ContainerId == 0);
        FileStatus status = Files.Stat(Images, Path);
        if (map is null || (status.Permissions & anyoneSearch) != 0 || (status.Gid == map.HostId && (status.Permissions & groupSearch) != 0)) return;
        Files.Chown(Images, -1, map.HostId, Path);
        Files.Chmod(Images, (status.Permissions & ~groupAll) | groupSearch, Path);
    }

    public string Explain() => CriuLog.Explain(LogDirectory, Log);

    /// <summary>CRIU has given up on a process that waits in vfork(2) for its child, which CRIU had stopped.</summary>
    public bool WasCaughtInVfork() => CriuLog.Contains(LogDirectory, Log, CriuLog.WaitsInKernel);

    public void Dispose()
    {
        Images.Dispose();
        Work?.Dispose();
    }

    private static ImageDirectory Open(string path, CriuOptions options, string log)
    {
        string? workPath = options.WorkPath is { } given ? Absolute(given) : null;
        if (workPath is not null) Files.MkdirAll(workPath, Mode);
        OwnedFd images = Files.Open(path, OpenFlags.Directory);
        return new ImageDirectory(path, images, workPath, workPath is null ? null : Files.Open(workPath, OpenFlags.Directory), log);
    }

    // CRIU follows it from the images, and says nothing understandable when it leads nowhere.
    private static void CheckParent(string path, string parent)
    {
        if (System.IO.Path.IsPathRooted(parent))
            throw new CofferdamException(ErrorKind.InvalidArgument, $"parent path '{parent}': must be relative to the image path");
        string full = System.IO.Path.Combine(path, parent);
        if (!Files.TryStat(full, out FileStatus status, out Errno errno) || status.Type != FileType.Directory)
            throw new LinuxException("stat parent path", errno == Errno.None ? Errno.ENOTDIR : errno, full);
    }

    private static string Absolute(string path) => path.Length > 0 ? System.IO.Path.GetFullPath(path)
        : throw new CofferdamException(ErrorKind.InvalidArgument, "image path: must not be empty");
}
