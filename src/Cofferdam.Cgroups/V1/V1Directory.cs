using Cofferdam.Linux;

namespace Cofferdam.Cgroups.V1;

/// <summary>The directory of one cgroup in one hierarchy, and its files.</summary>
/// <remarks>
/// By path, not by descriptor: cgroup file systems have no links and a container cannot rename what is above its own root,
/// so a path means the same each time, and one openat(2) a file is less than holding ten directories open.
/// </remarks>
internal readonly record struct V1Directory(string Path)
{
    public string this[string file] => $"{Path}/{file}";

    /// <summary>Writes <paramref name="value"/>, or throws naming the JSON field that asked for it.</summary>
    public void Write(string file, string value, string field, string? hint = null)
    {
        if (!TryWrite(file, value, out Errno errno)) throw CgroupErrors.Write(field, this[file], value, errno, hint);
    }

    public bool TryWrite(string file, string value, out Errno errno) => Files.TryWrite(this[file], value, out errno);

    public bool Has(string file) => Files.Exists(this[file]);

    /// <summary>The content without the final newline.</summary>
    public string Read(string file) => Files.ReadText(this[file]).TrimEnd('\n');

    /// <summary>The content without the final newline, or null if there is no such file or it cannot be read now.</summary>
    public string? TryRead(string file) => Files.TryReadText(this[file], out string? text, out _) ? text.TrimEnd('\n') : null;

    /// <summary>The number in the file; 0 without the file, <see cref="ulong.MaxValue"/> for "max".</summary>
    public ulong ReadNumber(string file) => TryRead(file) is { } text ? KernelText.Number(text) : 0;
}
