using System.Text.Json;

namespace Cofferdam.Clients.Tests;

/// <summary>podman or docker: one command line, small differences.</summary>
public abstract class EngineHost : ClientHost
{
    private protected EngineHost(string name, params ReadOnlySpan<string> programs)
        : base(name, programs)
    {
    }

    /// <summary>The image of busybox that the fixture made.</summary>
    internal abstract string Image { get; }

    /// <summary>What <c>exec</c> of a program that is not there exits with.</summary>
    internal abstract int MissingProgramInExec { get; }

    /// <summary>How this client ends and removes a container at once.</summary>
    internal abstract IReadOnlyList<string> RemoveForced { get; }

    /// <summary>Whether the client's statistics come from containerd's shim.</summary>
    internal virtual bool UsesShim => false;

    /// <summary>How many processes <c>stats</c> counts.</summary>
    internal abstract string CountedProcesses(string container);

    /// <summary>The container's address on the default bridge.</summary>
    internal abstract string AddressOf(JsonElement inspected);

    /// <summary>What the client tells about a container.</summary>
    internal JsonElement Inspect(string container) => JsonDocument.Parse(Run("inspect", container).Succeeded()).RootElement[0];
}
