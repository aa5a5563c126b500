namespace Cofferdam.Clients.Tests;

public sealed class DockerTests(DockerHost docker) : DockerEngineTests(docker), IClassFixture<DockerHost>;
