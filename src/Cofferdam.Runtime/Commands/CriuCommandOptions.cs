using Cofferdam.Containers;
using Cofferdam.Runtime.CommandLine;

namespace Cofferdam.Runtime.Commands;

/// <summary>Rows that checkpoint and restore share, and their way into the library's words.</summary>
internal static class CriuCommandOptions
{
    private const string DefaultImages = "checkpoint";

    internal static CommandOption[] Shared =>
    [
        CommandOption.Path("image-path", "directory of the images (default: 'checkpoint' in the current one)"),
        CommandOption.Path("work-path", "directory of criu's log and sockets (default: that of the images)"),
        CommandOption.Switch("tcp-established", "allow established TCP connections"),
        CommandOption.Switch("ext-unix-sk", "allow Unix sockets with an outside end"),
        CommandOption.Switch("shell-job", "allow a session or terminal from outside"),
        CommandOption.Switch("lazy-pages", "migrate memory after the processes, with userfaultfd"),
        CommandOption.Switch("file-locks", "allow file locks"),
        CommandOption.Text("manage-cgroups-mode", "'soft', 'full', 'strict' or 'ignore' (default: soft)") with { Words = "soft full strict ignore" },
        CommandOption.List("empty-ns", '\0', "make this namespace empty: 'network', which always is"),
        CommandOption.Switch("auto-dedup", "punch pages out of images that do not need them any more"),
        CommandOption.Text("network-lock", "'iptables', 'nftables' or 'skip'") with { Words = "iptables nftables skip" },
    ];

    internal static string ImagePath(ParsedOptions options) => Path.GetFullPath(options.NonEmpty("image-path") ?? DefaultImages);

    internal static string? WorkPath(ParsedOptions options) => options.NonEmpty("work-path") is { } path ? Path.GetFullPath(path) : null;

    internal static CriuCgroupMode CgroupMode(ParsedOptions options) => options.NonEmpty("manage-cgroups-mode") switch
    {
        null => CriuCgroupMode.Default,
        "soft" => CriuCgroupMode.Soft,
        "full" => CriuCgroupMode.Full,
        "strict" => CriuCgroupMode.Strict,
        "ignore" => CriuCgroupMode.Ignore,
        { } other => throw Invalid("manage-cgroups-mode", other, "soft, full, strict, ignore"),
    };

    internal static CriuNetworkLock NetworkLock(ParsedOptions options) => options.NonEmpty("network-lock") switch
    {
        null => CriuNetworkLock.Default,
        "iptables" => CriuNetworkLock.Iptables,
        "nftables" => CriuNetworkLock.Nftables,
        "skip" => CriuNetworkLock.Skip,
        { } other => throw Invalid("network-lock", other, "iptables, nftables, skip"),
    };

    /// <summary>runc knows one kind too, and so makes it empty whether or not it is named.</summary>
    internal static void CheckEmptyNamespaces(ParsedOptions options)
    {
        foreach (string kind in options.List("empty-ns"))
            if (kind != "network") throw Invalid("empty-ns", kind, "network");
    }

    private static CofferdamException Invalid(string option, string value, string words) =>
        new(ErrorKind.InvalidArgument, $"invalid {option} '{value}': must be one of {words}");
}
