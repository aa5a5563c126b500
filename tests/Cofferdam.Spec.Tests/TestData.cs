using System.Text;

namespace Cofferdam.Spec.Tests;

internal static class TestData
{
    public static byte[] Docker => Read("docker.json");

    public static byte[] Full => Read("full.json");

    public static RuntimeSpec Parse(string json) => SpecReader.ReadSpec(Encoding.UTF8.GetBytes(json), []);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name));
}
