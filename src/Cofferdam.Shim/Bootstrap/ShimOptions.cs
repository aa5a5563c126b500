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

    /// <summary>Whether the client had any options to give.</summary>
    public bool AreGiven { get; init; } = true;

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
        if (any is null || any.TypeUrl.Length == 0) return new ShimOptions { AreGiven = false };
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
        return OptionsFile.Read(text);
    }
}
