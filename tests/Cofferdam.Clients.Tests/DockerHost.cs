namespace Cofferdam.Clients.Tests;

/// <summary>Debian's dockerd, with runc's shim and our runtime.</summary>
public sealed class DockerHost : DockerEngineHost
{
    public DockerHost()
        : base(OurRuntime, "dockerd", "containerd", "containerd-shim-runc-v2")
    {
    }
}
