using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Shim.Rootfs;

/// <summary>
/// overlay, which has two difficulties: mount(2) takes at most a page of options, less than the paths of many layers need; and
/// mapped ids belong on its layers, not on itself.
/// </summary>
internal static class OverlayMount
{
    private const string LowerKey = "lowerdir=";
    private const string LayersName = "idmapped-layers";
    private const int LongestData = 4095;
    private const int DirectoryMode = 0x1C0;   // 0700

    /// <param name="source">What the mount table shows.</param>
    /// <param name="target">Where.</param>
    /// <param name="options">With lowerdir, upperdir, workdir.</param>
    /// <param name="scratch">A directory of the container's own, for layers with mapped ids while the mount is made.</param>
    public static void Perform(string source, OwnedFd target, SnapshotOptions options, string scratch)
    {
        if (!options.HasMappings)
        {
            MountLayers(source, target, options.Flags, options.FilesystemOptions);
            return;
        }

        string directory = Path.Join(scratch, LayersName);
        Files.MkdirAll(directory, DirectoryMode);
        List<string> mapped = [];
        try
        {
            List<string> rewritten = [];
            foreach (string option in options.FilesystemOptions)
                rewritten.Add(option.StartsWith(LowerKey, StringComparison.Ordinal) ? LowerKey + string.Join(':', MapLayers(option[LowerKey.Length..], options, directory, mapped)) : option);
            MountLayers(source, target, options.Flags, rewritten);
        }
        finally
        {
            // The overlay holds its layers by itself; what stayed here would be one more mount for each container (containerd#12139).
            foreach (string layer in mapped)
            {
                Mounts.TryUnmount(layer, UnmountFlags.Detach, out _);
                Files.TryRmdir(layer, out _);
            }

            Files.TryRmdir(directory, out _);
        }
    }

    /// <summary>Takes away layers that a shim left there which was killed while it made a mount.</summary>
    public static void CleanUp(string scratch) => RootfsMounts.Unmount(Path.Join(scratch, LayersName));

    private static List<string> MapLayers(string lower, SnapshotOptions options, string directory, List<string> mapped)
    {
        List<string> layers = [];
        foreach (string layer in lower.Split(':'))
        {
            string place = Path.Join(directory, layers.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Files.MkdirAll(place, DirectoryMode);
            mapped.Add(place);
            layers.Add(place);
            using OwnedFd tree = Containers.IdMappedTrees.Clone(layer, recursive: false, options.UidMappings, options.GidMappings);
            // What a killed shim leaves here is in the way of whoever deletes the directory, and shows the image's own files.
            Mounts.SetAttributes(tree, MountAttributes.ReadOnly, MountAttributes.None, recursive: false, path: layer);
            using OwnedFd there = Files.Open(place, OpenFlags.Path | OpenFlags.Directory);
            Mounts.Attach(tree, there, place);
        }

        return layers;
    }

    private static void MountLayers(string source, OwnedFd target, MountFlags flags, IReadOnlyList<string> options)
    {
        string data = string.Join(',', options);
        if (Encoding.UTF8.GetByteCount(data) <= LongestData)
        {
            Mounts.Mount(source, target.ProcPath, "overlay", flags, data);
            return;
        }

        (string directory, IReadOnlyList<string> shortened) = Shorten(options);
        string shortData = string.Join(',', shortened);
        if (Encoding.UTF8.GetByteCount(shortData) > LongestData)
            throw new CofferdamException(ErrorKind.InvalidArgument, $"options: {Encoding.UTF8.GetByteCount(data)} bytes are more than mount(2) takes, also relative to '{directory}'");
        InDirectory(directory, () => Mounts.Mount(source, $"/proc/self/fd/{target.Fd}", "overlay", flags, shortData));
    }

    /// <summary>The layers' common directory, and the options with layers relative to it.</summary>
    internal static (string Directory, IReadOnlyList<string> Options) Shorten(IReadOnlyList<string> options)
    {
        string[] layers = [];
        foreach (string option in options)
            if (option.StartsWith(LowerKey, StringComparison.Ordinal)) layers = option[LowerKey.Length..].Split(':');
        if (layers.Length == 0) return ("/", options);
        string common = Path.GetDirectoryName(layers[0]) ?? "/";
        foreach (string layer in layers)
            while (common != "/" && !layer.StartsWith(common + "/", StringComparison.Ordinal)) common = Path.GetDirectoryName(common) ?? "/";
        int prefix = common == "/" ? 1 : common.Length + 1;
        List<string> shortened = [];
        foreach (string option in options)
            shortened.Add(option.StartsWith(LowerKey, StringComparison.Ordinal) ? LowerKey + string.Join(':', Array.ConvertAll(layers, l => l[prefix..])) : option);
        return (common, shortened);
    }

    /// <summary>Runs something in another working directory, on a thread that shares it with no other.</summary>
    private static void InDirectory(string directory, Action action)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Processes.EnterDirectoryAlone(directory);
                action();
            }
            catch (Exception e) when (e is LinuxException or CofferdamException)
            {
                failure = e;
            }
        }) { IsBackground = true, Name = "mount" };
        thread.Start();
        thread.Join();
        if (failure is not null) throw CofferdamException.Wrap("mounting", failure);
    }
}
