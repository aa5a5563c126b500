namespace Cofferdam.Clients.Tests;

public sealed class DockerShimTests(DockerShimHost docker) : DockerEngineTests(docker), IClassFixture<DockerShimHost>;
