using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Cofferdam.Shim.Tests;

/// <summary>An image in an OCI archive, as <c>ctr images import</c> takes it: one layer, made of a directory.</summary>
internal static class OciArchive
{
    /// <param name="path">The file.</param>
    /// <param name="name">The image's.</param>
    /// <param name="rootfs">What is in it.</param>
    /// <param name="command">What it runs by default; "from the image" is said otherwise.</param>
    public static void Write(string path, string name, string rootfs, params string[] command)
    {
        string arguments = string.Join(',', (command.Length > 0 ? command : ["echo", "from the image"]).Select(a => $"\"{a}\""));
        using var layer = new MemoryStream();
        TarFile.CreateFromDirectory(rootfs, layer, includeBaseDirectory: false);
        using FileStream file = File.Create(path);
        using var tar = new TarWriter(file);
        (string layerDigest, int layerSize) = AddBlob(tar, layer.ToArray());
        (string configDigest, int configSize) = AddBlob(tar, Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin","FROM=image"],"Cmd":[{{{arguments}}}]},
             "rootfs":{"type":"layers","diff_ids":["{{{layerDigest}}}"]}}
            """));
        (string manifestDigest, int manifestSize) = AddBlob(tar, Encoding.UTF8.GetBytes($$$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{{configDigest}}}}","size":{{{{configSize}}}}},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{{layerDigest}}}}","size":{{{{layerSize}}}}}]}
            """));
        Add(tar, "index.json", Encoding.UTF8.GetBytes($$$$"""
            {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{{manifestDigest}}}}","size":{{{{manifestSize}}}},
             "annotations":{"io.containerd.image.name":"{{{{name}}}}"}}]}
            """));
        Add(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray());
    }

    private static (string Digest, int Size) AddBlob(TarWriter tar, byte[] content)
    {
        string hex = Convert.ToHexStringLower(SHA256.HashData(content));
        Add(tar, $"blobs/sha256/{hex}", content);
        return ($"sha256:{hex}", content.Length);
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
