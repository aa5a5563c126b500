using System.Globalization;
using Cofferdam.Api.Bootstrap.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Bootstrap;

/// <summary>
/// What containerd tells a shim to start with. From 2.3 on all of it is one protobuf message on standard input; before, it is
/// flags and the environment, and standard input holds at most the runtime's options.
/// </summary>
internal sealed record BootstrapInput
{
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    /// <summary>containerd's gRPC socket; part of the name of the shim's own.</summary>
    public string ContainerdAddress { get; init; } = "";

    /// <summary>Where events go.</summary>
    public string TtrpcAddress { get; init; } = "";

    public string SocketDirectory { get; init; } = ShimSocket.DefaultDirectory;

    public bool Debug { get; init; }

    /// <summary>The runtime's options.</summary>
    public Any? Options { get; init; }

    /// <summary>Whether the answer is a BootstrapResult; before 2.3 it is text.</summary>
    public bool IsMessage { get; init; }

    /// <summary>The newest task API that containerd speaks; null before 1.7, which wants the bare address.</summary>
    public int? NewestVersion { get; init; }

    public static BootstrapInput From(ShimArguments arguments, byte[] input)
    {
        BootstrapInput old = new()
        {
            Id = arguments.Id,
            Namespace = arguments.Namespace,
            ContainerdAddress = arguments.Address.Length > 0 ? arguments.Address : Variable("GRPC_ADDRESS"),
            TtrpcAddress = Variable("TTRPC_ADDRESS"),
            Debug = arguments.Debug,
            NewestVersion = int.TryParse(Variable("MAX_SHIM_VERSION"), NumberStyles.None, CultureInfo.InvariantCulture, out int newest) ? newest : null,
        };
        if (input.Length == 0) return old;
        return TryReadMessage(arguments, input) is { } message ? FromMessage(old, message) : old with { Options = ReadAny(input) };
    }

    // Field 1 of both messages is a text: the id here, a type's name there. containerd 2.3 passes the flags, too.
    private static BootstrapParams? TryReadMessage(ShimArguments arguments, byte[] input)
    {
        try
        {
            BootstrapParams message = BootstrapParams.Parser.ParseFrom(input);
            return message.InstanceId == arguments.Id && message.Namespace == arguments.Namespace ? message : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static BootstrapInput FromMessage(BootstrapInput old, BootstrapParams message) => old with
    {
        ContainerdAddress = message.ContainerdGrpcAddress.Length > 0 ? message.ContainerdGrpcAddress : old.ContainerdAddress,
        TtrpcAddress = message.ContainerdTtrpcAddress.Length > 0 ? message.ContainerdTtrpcAddress : old.TtrpcAddress,
        SocketDirectory = message.SocketDir.Length > 0 ? message.SocketDir : old.SocketDirectory,
        Debug = old.Debug || message.LogLevel < LogLevel.Info,
        Options = FindOptions(message),
        IsMessage = true,
    };

    private static Any? FindOptions(BootstrapParams message)
    {
        foreach (Api.Bootstrap.V1.Extension extension in message.Extensions)
        {
            if (ShimOptions.IsKnown(extension.Value)) return extension.Value;
        }

        return null;
    }

    private static Any ReadAny(byte[] input)
    {
        try
        {
            return Any.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CofferdamException(ErrorKind.InvalidArgument, $"standard input: neither bootstrap parameters nor options: {e.Message}");
        }
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
}
