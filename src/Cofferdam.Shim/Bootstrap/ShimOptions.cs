using System.Globalization;
using System.Text;
using Cofferdam.Api;
using Cofferdam.Linux;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>
/// How containers are run: containerd.runc.v1.Options, or the same as a flat TOML file that runtimeoptions.v1.Options names
/// (what the CRI plugin and <c>ctr --runtime-config-path</c> pass to a runtime that they do not know).
/// </summary>
internal sealed record ShimOptions
{
    /// <summary>In place of which the options say another state root.</summary>
    internal const string DefaultRoot = "/run/containerd/coffer";

    public bool NoPivotRoot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>An existing cgroup for the shim itself.</summary>
    public string ShimCgroup { get; init; } = "";

    /// <summary>Who owns the pipes of the standard streams.</summary>
    public uint IoUid { get; init; }

    public uint IoGid { get; init; }

    /// <summary>Another runtime to run as a program; empty for the one in this process.</summary>
    public string BinaryName { get; init; } = "";

    public string Root { get; init; } = "";

    public bool SystemdCgroup { get; init; }

    public string CriuImagePath { get; init; } = "";

    public string CriuWorkPath { get; init; } = "";

    /// <summary>The state root of the containers of a namespace.</summary>
    public string StateRoot(string containerdNamespace) => $"{(Root.Length > 0 ? Root : DefaultRoot)}/{containerdNamespace}";

    /// <summary>As containerd.runc.v1.Options.</summary>
    public Any ToAny() => AnyMessages.Pack(
        new Api.Runc.V1.Options
        {
            NoPivotRoot = NoPivotRoot,
            NoNewKeyring = NoNewKeyring,
            ShimCgroup = ShimCgroup,
            IoUid = IoUid,
            IoGid = IoGid,
            BinaryName = BinaryName,
            Root = Root,
            SystemdCgroup = SystemdCgroup,
            CriuImagePath = CriuImagePath,
            CriuWorkPath = CriuWorkPath,
        },
        TypeUrls.RuncOptions);

    public static bool IsKnown(Any? any) =>
        AnyMessages.Is(any, TypeUrls.RuncOptions) || AnyMessages.Is(any, TypeUrls.RuntimeOptions) || AnyMessages.Is(any, TypeUrls.LegacyRuncOptions);

    /// <exception cref="CofferdamException">InvalidArgument: options of another type, or that cannot be read.</exception>
    public static ShimOptions From(Any? any)
    {
        if (any is null || any.TypeUrl.Length == 0) return new ShimOptions();
        try
        {
            if (AnyMessages.Unpack(any, TypeUrls.RuncOptions, Api.Runc.V1.Options.Parser) is { } runc) return From(runc);
            if (AnyMessages.Unpack(any, TypeUrls.RuntimeOptions, Api.RuntimeOptions.V1.Options.Parser) is { } generic) return From(generic);
            if (AnyMessages.Unpack(any, TypeUrls.LegacyRuncOptions, Api.Runc.Legacy.CreateOptions.Parser) is { } legacy) return From(legacy);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument, $"options: {e.Message}");
        }

        throw new CofferdamException(ErrorKind.InvalidArgument, $"options: type '{any.TypeUrl}' is not known (hint: '{TypeUrls.RuncOptions}' or '{TypeUrls.RuntimeOptions}')");
    }

    private static ShimOptions From(Api.Runc.V1.Options runc) => new()
    {
        NoPivotRoot = runc.NoPivotRoot,
        NoNewKeyring = runc.NoNewKeyring,
        ShimCgroup = runc.ShimCgroup,
        IoUid = runc.IoUid,
        IoGid = runc.IoGid,
        BinaryName = runc.BinaryName,
        Root = runc.Root,
        SystemdCgroup = runc.SystemdCgroup,
        CriuImagePath = runc.CriuImagePath,
        CriuWorkPath = runc.CriuWorkPath,
    };

    private static ShimOptions From(Api.Runc.Legacy.CreateOptions legacy) => new()
    {
        NoPivotRoot = legacy.NoPivotRoot,
        NoNewKeyring = legacy.NoNewKeyring,
        ShimCgroup = legacy.ShimCgroup,
        IoUid = legacy.IoUid,
        IoGid = legacy.IoGid,
        CriuImagePath = legacy.CriuImagePath,
        CriuWorkPath = legacy.CriuWorkPath,
    };

    private static ShimOptions From(Api.RuntimeOptions.V1.Options generic)
    {
        string text = !generic.ConfigBody.IsEmpty ? generic.ConfigBody.ToString(Encoding.UTF8)
            : generic.ConfigPath.Length > 0 ? Files.ReadText(generic.ConfigPath)
            : "";
        ShimOptions options = new();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string content = line.Trim();
            if (content.Length == 0 || content[0] == '#') continue;
            int equals = content.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw Error(number, $"'{content}' is no 'Key = value'");
            options = options.With(number, content[..equals].Trim(), content[(equals + 1)..].Trim());
        }

        return options;
    }

    private ShimOptions With(int line, string key, string value) => key switch
    {
        "NoPivotRoot" => this with { NoPivotRoot = Switch(line, key, value) },
        "NoNewKeyring" => this with { NoNewKeyring = Switch(line, key, value) },
        "SystemdCgroup" => this with { SystemdCgroup = Switch(line, key, value) },
        "ShimCgroup" => this with { ShimCgroup = Text(line, key, value) },
        "BinaryName" => this with { BinaryName = Text(line, key, value) },
        "Root" => this with { Root = Text(line, key, value) },
        "CriuImagePath" => this with { CriuImagePath = Text(line, key, value) },
        "CriuWorkPath" => this with { CriuWorkPath = Text(line, key, value) },
        "IoUid" => this with { IoUid = Id(line, key, value) },
        "IoGid" => this with { IoGid = Id(line, key, value) },
        _ => throw Error(line, $"unknown key '{key}'"),
    };

    private static bool Switch(int line, string key, string value) =>
        value switch { "true" => true, "false" => false, _ => throw Error(line, $"'{key}' must be true or false") };

    private static uint Id(int line, string key, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : throw Error(line, $"'{key}' must be a number");

    private static string Text(int line, string key, string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : throw Error(line, $"'{key}' must be a quoted text");

    private static CofferdamException Error(int line, string message) => new(ErrorKind.InvalidArgument, $"options: line {line}: {message}");
}
