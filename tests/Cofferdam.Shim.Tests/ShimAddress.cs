using System.Text.Json;

namespace Cofferdam.Shim.Tests;

/// <summary>Where the shim of a bundle listens.</summary>
internal static class ShimAddress
{
    /// <summary>containerd 2 writes what the shim told it; the shims themselves write the file that 1.6 reads.</summary>
    public static string? Of(string bundle)
    {
        string bootstrap = Path.Combine(bundle, "bootstrap.json"), address = Path.Combine(bundle, "address");
        if (File.Exists(bootstrap))
            return Parse(JsonElement.Parse(File.ReadAllText(bootstrap)).GetProperty("address").GetString()!);
        return File.Exists(address) ? Parse(File.ReadAllText(address)) : null;
    }

    /// <summary>What <c>start</c> prints: an address, or JSON with one in it.</summary>
    public static string Parse(string printed)
    {
        string text = printed.Trim();
        if (text.StartsWith('{'))
            text = JsonElement.Parse(text).GetProperty("address").GetString()!;
        return text.StartsWith("unix://", StringComparison.Ordinal) ? text["unix://".Length..] : text;
    }
}
