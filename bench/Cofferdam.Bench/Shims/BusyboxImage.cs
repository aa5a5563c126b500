using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Cofferdam.Bench.Shims;

/// <summary>An image of one layer with busybox, as the OCI archive that <c>ctr images import</c> takes.</summary>
internal static class BusyboxImage
{
    public const string Reference = "docker.io/coffer/bench:latest";

    public static void Write(string file, string rootfs)
    {
        byte[] layer = Layer(rootfs);
        var config = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Cmd"] = new JsonArray("/bin/true") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        };
        byte[] configBytes = Bytes(config);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", configBytes),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
        };
        byte[] manifestBytes = Bytes(manifest);
        JsonObject entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifestBytes);
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = Reference, ["org.opencontainers.image.ref.name"] = "latest" };

        using FileStream stream = File.Create(file);
        using var tar = new TarWriter(stream, TarEntryFormat.Ustar);
        Add(tar, "oci-layout", Encoding.UTF8.GetBytes("""{"imageLayoutVersion":"1.0.0"}"""));
        Add(tar, "index.json", Bytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) }));
        foreach (byte[] blob in (byte[][])[layer, configBytes, manifestBytes])
        {
            Add(tar, "blobs/sha256/" + Digest(blob)[7..], blob);
        }
    }

    private static byte[] Layer(string rootfs)
    {
        using var memory = new MemoryStream();
        TarFile.CreateFromDirectory(rootfs, memory, includeBaseDirectory: false);
        return memory.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(content),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static JsonObject Descriptor(string type, byte[] content) => new() { ["mediaType"] = type, ["digest"] = Digest(content), ["size"] = content.Length };

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
