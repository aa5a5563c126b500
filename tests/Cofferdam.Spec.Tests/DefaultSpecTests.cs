using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Cofferdam.Spec.Tests;

public sealed class DefaultSpecTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_what_runc_writes_but_for_named_fields(bool rootless)
    {
        JsonNode runcs = RuncSpec(rootless);
        RuntimeSpec spec = DefaultSpec.Create(cgroupNamespace: HasCgroupNamespace(runcs));
        if (rootless)
        {
            uint uid = runcs["linux"]!["uidMappings"]![0]!["hostID"]!.GetValue<uint>();
            uint gid = runcs["linux"]!["gidMappings"]![0]!["hostID"]!.GetValue<uint>();
            spec = DefaultSpec.ToRootless(spec, uid, gid);
        }
        JsonNode ours = JsonNode.Parse(SpecWriter.Write(spec))!;
        foreach (JsonNode document in (JsonNode[])[runcs, ours])
        {
            // Each has its own version and name; runc set ambient capabilities before 1.2, and masks the TPM since 1.4.
            document.AsObject().Remove("ociVersion");
            document.AsObject().Remove("hostname");
            document["process"]!["capabilities"]!.AsObject().Remove("ambient");
            JsonArray masked = document["linux"]!["maskedPaths"]!.AsArray();
            if (masked[^1]!.GetValue<string>() == "/sys/devices/virtual/tpm") masked.RemoveAt(masked.Count - 1);
        }
        Assert.True(JsonNode.DeepEquals(runcs, ours), $"runc: {runcs}\nours: {ours}");
    }

    [Fact]
    public void It_is_laid_out_as_runc_lays_it_out()
    {
        string text = System.Text.Encoding.UTF8.GetString(SpecWriter.Write(DefaultSpec.Create()));
        Assert.StartsWith("{\n\t\"ociVersion\": \"1.3.0\",\n\t\"process\": {\n\t\t\"terminal\": true,\n\t\t\"user\": {\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\t}\n}\n", text, StringComparison.Ordinal);
    }

    private static bool HasCgroupNamespace(JsonNode spec) =>
        spec["linux"]!["namespaces"]!.AsArray().Any(n => n!["type"]!.GetValue<string>() == "cgroup");

    private static JsonNode RuncSpec(bool rootless)
    {
        string directory = Directory.CreateTempSubdirectory("cofferdam-spec-").FullName;
        try
        {
            var start = new ProcessStartInfo("runc", rootless ? ["spec", "--rootless"] : ["spec"]) { WorkingDirectory = directory };
            using var process = System.Diagnostics.Process.Start(start)!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return JsonNode.Parse(File.ReadAllBytes(Path.Combine(directory, "config.json")))!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("runc is not installed");
            throw;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
