using Cofferdam.Linux;
using Cofferdam.Spec;

namespace Cofferdam.Containers;

/// <summary>A configuration with the text that is kept beside the container's record.</summary>
internal readonly record struct BundleConfiguration(RuntimeSpec Spec, byte[] Text)
{
    /// <summary>Reads and checks the configuration of a bundle, or takes the one that the options hold.</summary>
    public static BundleConfiguration Read(CreateOptions options)
    {
        RuntimeSpec spec;
        byte[] text;
        if (options.Spec is { } given)
        {
            spec = given;
            text = SpecWriter.Write(given);
        }
        else
        {
            text = Files.ReadAll(Path.Combine(Path.GetFullPath(options.Bundle), options.ConfigFile));
            spec = SpecReader.ReadSpec(text, options.Warnings ?? []);
        }

        SpecValidator.Validate(spec, options.Warnings);
        return new BundleConfiguration(spec, text);
    }
}
