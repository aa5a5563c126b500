using Cofferdam.Spec;

namespace Cofferdam.Runtime;

/// <summary>What <c>--version</c> prints. dockerd and go-runc search for "version", "commit:" and "spec:".</summary>
internal static class VersionText
{
    internal const string Version = BuildInfo.Version;

    /// <summary>The newest runtime-spec whose config.json this program reads.</summary>
    internal const string SpecVersion = DefaultSpec.OciVersion;

    internal const string Text = $"coffer-oci version {Version}\ncommit: {BuildInfo.Commit}\nspec: {SpecVersion}\n";
}
