using Cofferdam.Api.Types;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Spec;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Bootstrap;

/// <summary><c>-info</c>: what the shim and its runtime can do, as containerd.types.RuntimeInfo.</summary>
internal static class InfoCommand
{
    private const int LongestInput = 10 << 20;
    private const string FeaturesType = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";

    internal static int Run()
    {
        byte[] input = StandardStreams.ReadInput(LongestInput);
        RuntimeInfo info = new()
        {
            Name = "io.containerd.coffer.v2",
            Version = new RuntimeVersion { Version = BuildInfo.Version, Revision = BuildInfo.Commit },
        };
        if (input.Length > 0)
        {
            Any options = Any.Parser.ParseFrom(input);
            if (ShimOptions.From(options).BinaryName is { Length: > 0 } other)
                throw new CofferdamException(ErrorKind.InvalidArgument, $"options.binary_name: features of '{other}' are its own to tell (hint: {other} features)");
            info.Options = options;
        }

        info.Features = new Any { TypeUrl = FeaturesType, Value = ByteString.CopyFrom(SpecWriter.Write(RuntimeFeatures.Document(BuildInfo.Version, BuildInfo.Commit))) };
        StandardStreams.Write(info.ToByteArray());
        return 0;
    }
}
