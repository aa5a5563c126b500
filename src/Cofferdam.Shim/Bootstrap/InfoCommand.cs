using Cofferdam.Api.Types;
using Cofferdam.Containers;
using Cofferdam.Linux;
using Cofferdam.Shim.Runtimes;
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
            info.Options = options;
        }

        if (FeaturesOf(ShimOptions.From(info.Options).BinaryName) is { } features) info.Features = new Any { TypeUrl = FeaturesType, Value = ByteString.CopyFrom(features) };
        StandardStreams.Write(info.ToByteArray());
        return 0;
    }

    /// <summary>The features of the runtime, as JSON; null for another one that cannot tell.</summary>
    private static byte[]? FeaturesOf(string other)
    {
        if (other.Length == 0) return SpecWriter.Write(RuntimeFeatures.Document(BuildInfo.Version, BuildInfo.Commit));
        string path = RuntimeProgram.Find(other);
        (ExitStatus status, byte[] output) = HostPrograms.Run(path, [path, "features"], withErrors: false);
        if (status == default) return output;
        StandardStreams.WriteErrorLine($"{other} features: ended with {status.ShellCode}");
        return null;
    }
}
