using Cofferdam.Linux;
using Cofferdam.Shim.Bootstrap;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Shim.Tasks;

/// <summary>What a shim leaves in the bundle for the <c>delete</c> that follows its death.</summary>
internal static class BundleRecord
{
    /// <summary>Holds init's pid in decimal; other tools look for this name.</summary>
    public const string PidFile = "init.pid";

    private const string OptionsFile = "options.pb";
    private const int FileMode = 0x180;   // 0600

    /// <summary>Keeps what the options came to: a file that they name may have changed by then.</summary>
    public static void WriteOptions(string bundle, ShimOptions options)
    {
        using OwnedFd directory = Files.Open(bundle, OpenFlags.Directory);
        AtomicFile.Write(directory, OptionsFile, options.ToAny().ToByteArray(), FileMode);
    }

    /// <summary>The options that the container was created with; the defaults when there are none.</summary>
    public static ShimOptions ReadOptions(string bundle)
    {
        string path = Path.Join(bundle, OptionsFile);
        if (!Files.Exists(path)) return new ShimOptions();
        try
        {
            return ShimOptions.From(Any.Parser.ParseFrom(Files.ReadAll(path)));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CofferdamException(ErrorKind.DataLoss, $"'{path}': {e.Message}");
        }
    }
}
