namespace Cofferdam.Containers.Tests;

/// <summary>A state root of its own for each test, removed afterwards.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Location = Directory.CreateTempSubdirectory("coffer-test-").FullName;

    public string Location { get; }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
